# Shared by the scripts beside it: source it, do not run it.
# shellcheck shell=bash

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$ROOT"

CARGO_BIN="${CARGO_INSTALL_ROOT:-${CARGO_HOME:-$HOME/.cargo}}/bin"
export PATH="$ROOT/scripts/bin:$ROOT/end2end/node_modules/.bin:$CARGO_BIN:$PATH"
export CARGO_TARGET_DIR="$ROOT/target"
# The site is laid out here by cargo-leptos and embedded in the program.
SITE="$ROOT/target/site"
PROGRAM="$ROOT/target/release/chorus"

say() { printf '\n== %s\n' "$*"; }
note() { printf '   %s\n' "$*"; }
die() {
	printf '\nerror: %s\n' "$*" >&2
	exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# A digest of what comes in, on Linux and macOS.
digest() {
	if have sha256sum; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1
}

# A digest of every file under the given paths, their names included.
digest_of() {
	find "$@" -type f \
		-not -path '*/node_modules/*' -not -path 'server/tests/*' -not -path 'server/*/tests/*' \
		-print0 | LC_ALL=C sort -z |
		if have sha256sum; then xargs -0 sha256sum; else xargs -0 shasum -a 256; fi | digest
}

# The version of a package that Cargo.lock names.
locked_version() {
	awk -v name="\"$1\"" '$1 == "name" { found = ($3 == name) } found && $1 == "version" { gsub(/"/, "", $3); print $3; exit }' Cargo.lock
}

# The browser that the tests drive, or nothing.
find_chromium() {
	if [[ -n "${CHROMIUM:-}" ]]; then
		printf '%s\n' "$CHROMIUM"
		return
	fi
	local candidate
	for candidate in chromium chromium-browser google-chrome google-chrome-stable; do
		if have "$candidate"; then
			command -v "$candidate"
			return
		fi
	done
	candidate="/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
	if [[ -x "$candidate" ]]; then printf '%s\n' "$candidate"; fi
}
