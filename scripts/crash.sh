#!/usr/bin/env bash
# Kills Chorus and cuts its power while people post, and looks for what was lost.
# docs/crash-tests.md says what this proves. Some seconds a round.
#   ROUNDS=200 crash.sh    so many rounds of each kind; 20 if nothing is said
#   crash.sh --kind nodes  three nodes behind nginx instead, which it fetches if need be
#   crash.sh --help        the other choices, after the builds
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

case " $* " in
*" --kind nodes "* | *" --kind=nodes "*) scripts/setup.sh test ;;
*) scripts/setup.sh build ;;
esac
scripts/build.sh

say "Building the crash test, about 2 minutes when cold"
cargo build --locked -p crash

say "Crashing, ${ROUNDS:=20} rounds of each kind"
target/debug/crash --program "$PROGRAM" --rounds "$ROUNDS" "$@"
