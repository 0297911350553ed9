#!/usr/bin/env bash
# Formats the Rust code, a few seconds.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cargo fmt --all
