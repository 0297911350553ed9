#!/usr/bin/env bash
# Hunts for texts that break what reads them: Markdown, imports, what hears calls for
# help. It goes on from what earlier runs found (fuzz/targets/corpus), and stops at the
# first text that breaks something.
#   MINUTES=60 fuzz.sh           so long for each; 10 if nothing is said; or SECONDS_EACH=30
#   fuzz.sh markdown             only one
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

CARGO_FUZZ_VERSION=0.13.2
TARGETS=("$@")
[[ $# -gt 0 ]] || TARGETS=(markdown import hearing)

FOR="${SECONDS_EACH:-$((${MINUTES:-10} * 60))}"

scripts/setup.sh test
if ! have cargo-fuzz; then
	say "Installing cargo-fuzz $CARGO_FUZZ_VERSION, once, about 1 minute from source"
	cargo install cargo-fuzz --version "$CARGO_FUZZ_VERSION" --locked
fi

# What a corpus begins with: the sample's articles and the script vectors, or an export.
seed() {
	mkdir -p "fuzz/targets/corpus/$1"
	case "$1" in
	import) cp server/wordpress/tests/data/*.xml "fuzz/targets/corpus/$1/" ;;
	hearing) cat app/domain/data/care/*.tsv | split -l 1 -a 4 - "fuzz/targets/corpus/$1/text-" ;;
	*)
		cp server/sample/articles/*.md "fuzz/targets/corpus/$1/"
		split -l 1 -a 4 end2end/vectors/vectors.txt "fuzz/targets/corpus/$1/vector-"
		;;
	esac
}

# The sanitisers of addresses are a feature of nightly compilers; this one is told to be one.
export RUSTC_BOOTSTRAP=1
for target in "${TARGETS[@]}"; do
	seed "$target"
	say "Fuzzing $target for $FOR s, after a build of about 3"
	CARGO_TARGET_DIR="$ROOT/target/fuzz" cargo fuzz run --fuzz-dir fuzz/targets "$target" -- \
		-max_total_time="$FOR" -max_len=65536 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
done
