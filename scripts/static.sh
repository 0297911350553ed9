#!/usr/bin/env bash
# Builds target/static/chorus: the release program without any library beside
# it, and proves that it runs where there is nothing else.
#
# With musl where rustup has that target; otherwise with glibc, linked in whole.
#   static.sh             builds and proves
#   static.sh prove FILE  only proves, whatever program is in FILE
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

STATIC="$ROOT/target/static/chorus"
MUSL="$(uname -m)-unknown-linux-musl"
ROOM=""
SERVER=""

# As cargo-leptos builds the program: pages must be erased alike on both sides.
FLAGS="--cfg erase_components"
BUILD=(-p server --bin chorus --release --no-default-features --locked)

has_musl() { rustup target list --installed 2>/dev/null | grep -qx "$MUSL"; }

# SQLite and ring bring C, so musl needs a compiler for it.
musl_compiler() { have musl-gcc || have "$(uname -m)-linux-musl-gcc"; }

build_with_musl() {
	say "Building with musl ($MUSL), as long as a release build takes"
	RUSTFLAGS="$FLAGS" LEPTOS_OUTPUT_NAME=chorus cargo build "${BUILD[@]}" --target "$MUSL"
	cp "$CARGO_TARGET_DIR/$MUSL/release/chorus" "$STATIC"
}

# By its own target, so that no build script or macro is touched by the flags.
# Chance comes from the kernel's call: linked whole, glibc cannot be searched for
# it, and the files that would be asked instead are not in an empty folder.
build_with_glibc() {
	local target
	target="$(uname -m)-unknown-linux-gnu"
	say "Building with glibc inside ($target), as long as a release build takes"
	RUSTFLAGS="$FLAGS -C target-feature=+crt-static --cfg getrandom_backend=\"linux_getrandom\"" \
		LEPTOS_OUTPUT_NAME=chorus cargo build "${BUILD[@]}" --target "$target"
	cp "$CARGO_TARGET_DIR/$target/release/chorus" "$STATIC"
}

is_static() {
	local described
	if have file; then
		described="$(file -b "$STATIC")"
		note "$described"
		[[ "$described" == *"statically linked"* || "$described" == *"static-pie"* ]] ||
			die "$STATIC is not static"
	fi
	# It fails, or says so, when no library is asked for.
	if have ldd && ldd "$STATIC" 2>&1 | grep -q '=>'; then
		ldd "$STATIC"
		die "$STATIC still asks for libraries"
	fi
	note "it asks for no library"
}

gone() {
	if [[ -n "$SERVER" ]]; then kill -KILL "$SERVER" 2>/dev/null || true; fi
	if [[ -n "$ROOM" ]]; then rm -rf "$ROOM"; fi
}
trap gone EXIT

# serve: starts it in the empty folder, and waits until it answers.
serve() {
	env -i CHORUS_LISTEN="127.0.0.1:$PORT" CHORUS_DATABASE_URL=sqlite:/data/chorus.db \
		"$CHROOT" "$ROOM" /chorus serve --sample >"$ROOM.out" 2>&1 &
	SERVER=$!
	local tries
	for ((tries = 0; tries < 300; tries++)); do
		if curl -fsS "http://127.0.0.1:$PORT/readyz" >/dev/null 2>&1; then return; fi
		kill -0 "$SERVER" 2>/dev/null || die "it ended: $(<"$ROOM.out")"
		sleep 0.1
	done
	die "it did not answer: $(<"$ROOM.out")"
}

stop() {
	kill -TERM "$SERVER"
	wait "$SERVER" || die "it did not stop well: $(<"$ROOM.out")"
	SERVER=""
}

page() { curl -fsS "http://127.0.0.1:$PORT$1"; }

free_port() { node -e 'const s=require("net").createServer();s.listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }

# A guest's comment, as a browser sends it without script.
post() {
	local story subject
	story="$(page /stories | grep -oE '/stories/[0-9a-f]{32}' | head -1)"
	[[ -n "$story" ]] || die "the sample has no story"
	STORY="$story"
	subject="story-${story#/stories/}"
	curl -fsS -o /dev/null -c "$ROOM.jar" "http://127.0.0.1:$PORT$story"
	curl -fsS -o /dev/null -L -b "$ROOM.jar" -c "$ROOM.jar" \
		-H "Origin: http://127.0.0.1:$PORT" -H 'Sec-Fetch-Site: same-origin' -H 'Accept: text/html' \
		--data-urlencode "page=$story" --data-urlencode 'key=' --data-urlencode "subject=$subject" \
		--data-urlencode 'parent=' --data-urlencode "body=$WORDS" \
		"http://127.0.0.1:$PORT/api/comments/post"
}

mine() { curl -fsS -b "$ROOM.jar" "http://127.0.0.1:$PORT$STORY"; }

prove() {
	if [[ "$(id -u)" != 0 ]]; then
		note "not proven: chroot needs root"
		return
	fi
	# Nothing is passed on, the path to programs neither.
	CHROOT="$(command -v chroot)" || die "chroot is missing"
	have curl || die "curl is missing, which asks the program whether it runs"
	say "Running it in a folder that holds nothing but the program and a place for its data"
	ROOM="$(mktemp -d)"
	WORDS="Written in an empty room"
	PORT="$(free_port)"
	mkdir "$ROOM/data"
	cp "$STATIC" "$ROOM/chorus"
	serve
	page /healthz >/dev/null
	page /help | grep -q 988 || die "the page /help is not whole"
	post
	mine | grep -q "$WORDS" || die "what was posted is not there"
	stop
	serve
	mine | grep -q "$WORDS" || die "what was posted is gone after starting again"
	stop
	note "it answers, and what was posted is there after starting again"
	names
	rm -f "$ROOM.out" "$ROOM.jar"
}

asked() {
	env -i CHORUS_DATABASE_URL=postgres://chorus@db.chorus.test:1/chorus \
		"$CHROOT" "$ROOM" /chorus grant nobody host 2>&1 || true
}

# How a PostgreSQL server's name is found, without and with /etc/hosts. Nobody
# listens on port 1: what counts is which of the two it complains about.
names() {
	note "a name that nothing knows: $(asked | head -1)"
	mkdir -p "$ROOM/etc"
	echo '127.0.0.1 db.chorus.test' >"$ROOM/etc/hosts"
	note "a name that /etc/hosts knows: $(asked | head -1)"
}

if [[ "${1:-}" == prove ]]; then
	STATIC="$(realpath "$2")"
	is_static
	prove
	exit
fi
mkdir -p "$(dirname "$STATIC")"
if has_musl && musl_compiler; then
	scripts/build.sh
	KIND=musl
	build_with_musl
else
	note "no musl target here ($MUSL): glibc is linked in instead"
	scripts/build.sh
	KIND=glibc
	build_with_glibc
fi
is_static
prove
say "target/static/chorus is static ($KIND), $(du -h "$STATIC" | cut -f 1)"
