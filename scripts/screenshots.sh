#!/usr/bin/env bash
# Takes pictures of the main pages with sample content, at three widths and in
# both schemes, into target/screenshots. About 3 minutes once the program is built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh test
scripts/build.sh

say "Taking pictures"
rm -rf target/screenshots
cd end2end
SCREENSHOTS="$ROOT/target/screenshots" npx playwright test --project=screenshots "$@"
note "the pictures are in target/screenshots"
