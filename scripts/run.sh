#!/usr/bin/env bash
# Builds Chorus and serves it with sample content on the first run.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh build
scripts/build.sh

LISTEN="${CHORUS_LISTEN:-127.0.0.1:3000}"
DATABASE="${CHORUS_DATABASE_URL:-sqlite:data/chorus.db}"
mkdir -p data

say "Serving on http://$LISTEN from $DATABASE (stop with Ctrl-C)"
exec "$PROGRAM" serve --listen "$LISTEN" --database "$DATABASE" --sample
