#!/usr/bin/env bash
# The recogniser of calls for help (docs/decisions/0022-hearing-a-call.md).
#   care.sh measure           print how well it hears, on the part that it learnt from and on the other
#   care.sh measure --keep    the same, and put the figures on file for the tests
#   care.sh learn             learn its weights anew, after groups, spellings or examples were changed
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cargo run --locked --quiet -p hearing -- "$@"
