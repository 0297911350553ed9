#!/usr/bin/env bash
# Weighs what a cold browser loads for an article, and the program, and fails when
# one of them is over its ceiling in scripts/ceilings.json. Half a minute, once the
# program is built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

mkdir -p target/weight
(cd end2end && TRANSFER="$ROOT/target/weight/transfer.json" npx playwright test --project=transfer)
node scripts/weight.mjs target/weight/transfer.json "$PROGRAM"

# It can fail: the same files are too heavy for ceilings of half their weight.
if node scripts/weight.mjs target/weight/transfer.json "$PROGRAM" 0.5 >/dev/null; then
	die "nothing is too heavy for half of its ceiling"
fi
