#!/usr/bin/env bash
# Measures bytes, speed, memory and size on this machine, prints them and writes
# them to docs/benchmarks.md. About 5 minutes once the program is built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh test
scripts/build.sh

say "Building the benchmark, about 1 minute"
cargo build --locked --release -p bench

mkdir -p target/bench
say "Counting what the browser loads, a few seconds"
(cd end2end && TRANSFER="$ROOT/target/bench/transfer.json" npx playwright test --project=transfer)

# Apart from the tests: its packages ask for the newest of others, so that no lock
# file of theirs stays true.
LIGHTHOUSE_VERSION=12.8.2
say "Installing Lighthouse $LIGHTHOUSE_VERSION from npm, half a minute"
npm install --prefix target/lighthouse --no-audit --no-fund --loglevel=error "lighthouse@$LIGHTHOUSE_VERSION"

say "Visiting as a slow phone does (Lighthouse), about 5 minutes"
(cd end2end && LIGHTHOUSE="$ROOT/target/bench/lighthouse.json" npx playwright test --project=lighthouse)

say "Measuring on both engines, about 10 minutes"
target/release/bench report --figures docs/scaling.md \
    ${SHARES:+--shares "$SHARES"} ${COMMENTS:+--comments "$COMMENTS"} "$@"
