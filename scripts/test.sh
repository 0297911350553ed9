#!/usr/bin/env bash
# Everything that has to hold before a change lands, cheapest first; stops at the
# first failure. About 10 minutes when warm; under an hour on a bare machine.
#   test.sh            all of it
#   test.sh lint       only formatting, lints and licences
#   test.sh unit       only the Rust tests
#   test.sh browser    only the browser tests, with the release build they need
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

PART="${1:-all}"
WASM=wasm32-unknown-unknown
NATIVE=(-p domain -p app -p wordpress -p store-contract -p store-sqlite -p store-postgres \
	-p test-postgres -p server -p bench -p crash -p fuzz -p hostile -p hearing)

# A clean machine has no use for incremental builds, and they double target/.
if [[ -n "${CI:-}" ]]; then export CARGO_INCREMENTAL=0; fi

step() {
	local name="$1" started=$SECONDS
	shift
	say "$name"
	"$@"
	printf -- '-- %s: %d s\n' "$name" "$((SECONDS - started))"
}

wanted() { [[ "$PART" == all || "$PART" == "$1" ]]; }

types() { (cd end2end && npx tsc --noEmit); }

# The two sides are linted apart, so that no feature of one leaks into the other.
lint_native() { cargo clippy --locked "${NATIVE[@]}" --all-targets -- -D warnings; }
lint_browser() {
	cargo clippy --locked -p domain --target "$WASM" -- -D warnings
	cargo clippy --locked -p app --features hydrate --target "$WASM" -- -D warnings
	cargo clippy --locked -p frontend --target "$WASM" -- -D warnings
}

server_only() { grep -oE '^(sqlx|axum|tokio|hyper|rusqlite|libsqlite3-sys|argon2)(-[a-z]+)* v[0-9.]+' | sort -u; }

# Nothing of the server may reach the browser. The same search over the server's
# own tree must find something, so that it cannot pass by finding nothing anywhere.
wasm_tree() {
	local leaked
	leaked="$(cargo tree --locked -p frontend --target "$WASM" -e normal --prefix none | server_only || true)"
	if [[ -n "$leaked" ]]; then
		die "these belong to the server and are in the WASM's dependency tree: $(tr '\n' ' ' <<<"$leaked")"
	fi
	local own
	own="$(cargo tree --locked -p server -e normal --prefix none | server_only)"
	for library in sqlx axum tokio; do
		grep -q "^$library v" <<<"$own" || die "the search for $library finds nothing even in the server"
	done
	note "none of the server's libraries is in the WASM's dependency tree"
}

# One test at a time: each has a runtime of its own, and Leptos, which keeps one
# executor for the whole process, now and then leaves a page waiting when several
# runtimes in one process render at once. A server has one runtime.
rust_tests() { RUST_TEST_THREADS=1 cargo test --locked "${NATIVE[@]}"; }

# As briefly as it finds anything; `make fuzz` goes on for longer.
fuzzing() { SECONDS_EACH=20 scripts/fuzz.sh; }

rust_programs() { cargo test --locked --no-run "${NATIVE[@]}"; }

http_tests_on_postgres() {
	# All of them are named again, or cargo would build what they share anew.
	# Who may do what is decided above the stores, and these two ask thousands of times.
	CHORUS_TEST_ENGINE=postgres RUST_TEST_THREADS=1 cargo test --locked "${NATIVE[@]}" --test rooms -- \
		--skip authorisation:: --skip caching::
}

# Each of the two has one test at a time, and the machine more than one core.
tests_on_both_engines() {
	local log status=0
	log="$(mktemp)"
	http_tests_on_postgres >"$log" 2>&1 &
	local postgres=$!
	rust_tests || status=$?
	wait "$postgres" || status=$?
	say "HTTP tests on PostgreSQL"
	cat "$log"
	rm "$log"
	return "$status"
}

browser_tests() { (cd end2end && npx playwright test); }

# A few flows again, on a throwaway PostgreSQL server.
browser_tests_on_postgres() {
	cargo build --locked --quiet -p test-postgres
	(cd end2end && POSTGRES=1 "$CARGO_TARGET_DIR/debug/test-postgres" npx playwright test)
}

# A few rounds; `scripts/crash.sh --kind nodes` runs more.
three_nodes() {
	cargo build --locked --quiet -p crash
	"$CARGO_TARGET_DIR/debug/crash" --kind nodes --program "$PROGRAM" --rounds 3
}

# Fewer than `make hostile`, and the same ones each time.
hostile_requests() {
	cargo build --locked --quiet -p hostile
	"$CARGO_TARGET_DIR/debug/hostile" --program "$PROGRAM" --requests 10000 --seed 1
}

# The server's build script embeds the site: before the first build it is empty.
mkdir -p "$SITE"

step "Tools" scripts/setup.sh test
if wanted lint; then
	step "Formatting" cargo fmt --all --check
	step "Types of the browser tests" types
	step "Licences, bans and sources" cargo deny check bans licenses sources
	step "The WASM's dependency tree" wasm_tree
	step "What it is built from" scripts/sbom.sh
	step "Lints of the server (about 3 minutes when cold)" lint_native
	step "Lints of the browser's part (about 2 minutes when cold)" lint_browser
fi
if wanted unit; then
	step "Building the tests (about 5 minutes when cold)" rust_programs
	step "Unit, store and HTTP tests, the last on both engines" tests_on_both_engines
	step "A short hunt by the fuzzer (about 5 minutes the first time)" fuzzing
fi
if wanted browser; then
	step "The release build" scripts/build.sh
	step "What a page and the program weigh" scripts/weight.sh
	step "Three nodes behind nginx" three_nodes
	step "Hostile requests" hostile_requests
	step "Browser tests" browser_tests
	step "Browser tests on PostgreSQL" browser_tests_on_postgres
fi
say "All passed in $((SECONDS / 60)) min $((SECONDS % 60)) s"
