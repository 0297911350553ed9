#!/usr/bin/env bash
# Builds the release program: first what the browser gets, then the program that
# holds it. Each half is skipped when nothing that goes into it has changed,
# because cargo-leptos would otherwise split and shrink the WASM anew each time.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

FRONT_STAMP="$ROOT/target/.front-built"
SERVER_STAMP="$ROOT/target/.server-built"

front_inputs() {
	rustc --version
	wasm-bindgen --version
	wasm-opt --version
	digest_of Cargo.toml Cargo.lock rust-toolchain.toml scripts/build.sh app frontend style public
}

server_inputs() {
	printf '%s\n' "$front"
	digest_of server
}

same() { [[ -f "$1" && "$(<"$1")" == "$2" ]]; }

site() { find "$SITE" -type f 2>/dev/null | LC_ALL=C sort | digest; }
program() { if [[ -x "$PROGRAM" ]]; then digest <"$PROGRAM"; fi; }

mkdir -p "$SITE"
front="$(front_inputs | digest)"
if same "$FRONT_STAMP" "$front $(site)"; then
	note "the browser's part is as it was built"
else
	say "Building the browser's part (WASM, style): about 5 minutes the first time"
	rm -f "$FRONT_STAMP"
	cargo leptos build --release --split --frontend-only --cargo-locked
	printf '%s %s' "$front" "$(site)" >"$FRONT_STAMP"
fi

server="$(server_inputs | digest)"
if same "$SERVER_STAMP" "$server $(program)"; then
	note "the program is as it was built"
else
	say "Building the program: about 8 minutes the first time"
	rm -f "$SERVER_STAMP"
	cargo leptos build --release --split --server-only --cargo-locked
	printf '%s %s' "$server" "$(program)" >"$SERVER_STAMP"
fi
