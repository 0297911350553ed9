#!/usr/bin/env bash
# Installs what is missing, and only that.
#   setup.sh build   what building and running needs
#   setup.sh test    that, and what the tests need
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

PURPOSE="${1:-build}"
case "$PURPOSE" in
build | test) ;;
*) die "setup.sh knows 'build' and 'test', not '$PURPOSE'" ;;
esac
CARGO_LEPTOS_VERSION=0.3.10
CARGO_DENY_VERSION=0.20.2
TOOLS_BUILD="$ROOT/target/tools-build"
NGINX="$ROOT/target/nginx/usr/sbin/nginx"

# Debian packages, where this may install them; otherwise a sentence that names them.
system_packages() {
	local why="$1"
	shift
	if [[ "$(id -u)" == 0 ]] && have apt-get; then
		say "Installing $* ($why), about 2 minutes"
		apt-get update -qq
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
	else
		die "$why is missing. Please install it (on Debian and Ubuntu: apt-get install $*) and run this again."
	fi
}

compiler() {
	have cc || system_packages "a C compiler, which SQLite is built with" gcc libc6-dev
	if [[ "$PURPOSE" == test ]]; then
		have c++ || system_packages "a C++ compiler, which the fuzzer is built with" g++
	fi
	have node || die "Node 20 or newer is missing. Please install it, with npm, and run this again."
	have npm || die "npm is missing. Please install it and run this again."
	local node_major
	node_major="$(node --version | sed 's/^v\([0-9]*\).*/\1/')"
	[[ "$node_major" -ge 20 ]] || die "Node 20 or newer is needed; this is $(node --version)."
}

toolchain() {
	have rustup || die "rustup is missing. Please install it from https://rustup.rs and run this again."
	local channel
	channel="$(sed -n 's/^channel *= *"\(.*\)"/\1/p' rust-toolchain.toml)"
	if ! rustup toolchain list | grep -q "^${channel}-"; then
		say "Installing Rust $channel, about 1 minute"
		rustup toolchain install "$channel" --profile minimal --component rustfmt --component clippy --target wasm32-unknown-unknown
	fi
	if ! rustup target list --installed --toolchain "$channel" | grep -qx wasm32-unknown-unknown; then
		say "Adding the WebAssembly target, a few seconds"
		rustup target add wasm32-unknown-unknown --toolchain "$channel"
	fi
	[[ "$PURPOSE" == test ]] || return 0
	local part
	for part in rustfmt clippy; do
		if ! rustup component list --installed --toolchain "$channel" | grep -q "^$part"; then
			say "Adding $part, a few seconds"
			rustup component add "$part" --toolchain "$channel"
		fi
	done
}

# Prebuilt, where cargo-binstall is there and reaches one.
prebuilt() {
	local package="$1" version="$2"
	cargo binstall --version >/dev/null 2>&1 || return 1
	note "trying a prebuilt $package first"
	local limit=()
	if have timeout; then limit=(timeout 180); fi
	"${limit[@]+"${limit[@]}"}" cargo binstall --no-confirm --disable-telemetry \
		--disable-strategies compile "$package@$version" </dev/null >/dev/null 2>&1
}

# cargo_tool PACKAGE PROGRAM VERSION TIME OPT_LEVEL [FLAGS]: accepts the program
# that is there at that version, else installs it into the cargo home.
cargo_tool() {
	local package="$1" program="$2" version="$3" time="$4" level="$5"
	shift 5
	if have "$program" && version_of "$program" | grep -qE "(^| )${version//./\\.}( |$)"; then return; fi
	say "Installing $package $version, once, $time from source"
	if prebuilt "$package" "$version"; then return; fi
	# These tools run for seconds: their own release profiles (fat LTO) would
	# cost minutes. One build folder lets them share what they have in common.
	CARGO_TARGET_DIR="$TOOLS_BUILD" \
		CARGO_PROFILE_RELEASE_LTO=false \
		CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
		CARGO_PROFILE_RELEASE_OPT_LEVEL="$level" \
		CARGO_PROFILE_RELEASE_DEBUG=false \
		cargo install "$package" --version "$version" --force "$@"
	hash -r
}

version_of() {
	case "$1" in
	cargo-*) cargo "${1#cargo-}" --version 2>/dev/null ;;
	*) "$1" --version 2>/dev/null ;;
	esac || true
}

cargo_tools() {
	cargo_tool cargo-leptos cargo-leptos "$CARGO_LEPTOS_VERSION" "about 11 minutes on 2 cores" 1 --locked
	# Without --locked: its own lock file no longer resolves.
	cargo_tool wasm-bindgen-cli wasm-bindgen "$(locked_version wasm-bindgen)" "about 3 minutes" 2
	if [[ "$PURPOSE" == test ]]; then
		cargo_tool cargo-deny cargo-deny "$CARGO_DENY_VERSION" "about 5 minutes" 1 --locked
	fi
	rm -rf "$TOOLS_BUILD"
}

# wasm-opt, and Playwright with what belongs to it (no browser comes with it).
node_packages() {
	local stamp="end2end/node_modules/.installed" wanted
	wanted="$(digest <end2end/package-lock.json)"
	if [[ -f "$stamp" && "$(<"$stamp")" == "$wanted" ]]; then return; fi
	say "Installing wasm-opt and the browser test runner from npm, about 1 minute"
	(cd end2end && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error)
	printf '%s' "$wanted" >"$stamp"
}

browser() {
	[[ "$PURPOSE" == test ]] || return 0
	[[ -z "$(find_chromium)" ]] || return 0
	system_packages "Chromium, which the browser tests drive" chromium fonts-liberation
}

# Its programs, or an address in CHORUS_TEST_POSTGRES.
postgres() {
	[[ "$PURPOSE" == test && -z "${CHORUS_TEST_POSTGRES:-}" ]] || return 0
	if have initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then return; fi
	system_packages "PostgreSQL, which the tests start a throwaway server of" postgresql
}

# Debian's nginx, laid out in target/nginx and not installed: what is installed
# starts by itself, now and with the machine.
proxy() {
	[[ "$PURPOSE" == test ]] || return 0
	if have nginx || [[ -x /usr/sbin/nginx || -x "$NGINX" ]]; then return; fi
	local missing="nginx, behind which several nodes are tested, is missing. Please install it and run this again."
	if ! have apt-get || ! have dpkg-deb; then die "$missing"; fi
	say "Fetching nginx, a few seconds"
	local folder package
	folder="$(mktemp -d)"
	if [[ "$(id -u)" == 0 ]]; then apt-get update -qq; fi
	# Older systems have the program in nginx-core.
	for package in nginx nginx-core; do
		(cd "$folder" && apt-get download -qq "$package") 2>/dev/null || continue
		dpkg-deb --extract "$folder/${package}"_*.deb "$ROOT/target/nginx"
		if [[ -x "$NGINX" ]]; then break; fi
	done
	rm -rf "$folder"
	"$NGINX" -v 2>/dev/null || die "$missing"
}

compiler
toolchain
cargo_tools
node_packages
browser
postgres
proxy
