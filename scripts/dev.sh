#!/usr/bin/env bash
# Serves a debug build on http://127.0.0.1:3000 and rebuilds it on every change.
# The first build takes about 6 minutes. Its database is a file of its own.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh build
mkdir -p data "$SITE"
exec cargo leptos watch --split -- serve \
	--listen "${CHORUS_LISTEN:-127.0.0.1:3000}" \
	--database "${CHORUS_DATABASE_URL:-sqlite:data/dev.db}" \
	--sample
