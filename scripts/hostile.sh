#!/usr/bin/env bash
# Sends mutated requests to a running Chorus, and looks for what they break: answers of
# 500 and above, panics, silence, memory that grows. About 20 minutes for 100,000.
#   REQUESTS=5000 hostile.sh            so many requests; 100,000 if nothing is said
#   hostile.sh --seed 7 --only 1234     one request of an earlier run again
#   hostile.sh --help                   the other choices, after the builds
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh build
scripts/build.sh

say "Building the attack, about 2 minutes when cold"
cargo build --locked -p hostile

say "Attacking, ${REQUESTS:=100000} requests"
"$CARGO_TARGET_DIR/debug/hostile" --program "$PROGRAM" --requests "$REQUESTS" "$@"
