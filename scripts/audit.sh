#!/usr/bin/env bash
# Looks for known faults in the libraries. It fetches the advisory database, so
# it is no part of the tests. About a minute.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh test
cargo deny check advisories
