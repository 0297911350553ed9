#!/usr/bin/env bash
# Writes what Chorus is built from, as CycloneDX: target/sbom/chorus.cdx.json for the
# program, target/sbom/browser.cdx.json for what runs in the browser. A few seconds.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh build
mkdir -p target/sbom
node scripts/sbom.mjs server "$(rustc -vV | sed -n 's/^host: //p')" target/sbom/chorus.cdx.json
node scripts/sbom.mjs frontend wasm32-unknown-unknown target/sbom/browser.cdx.json

# It lists what is there, and each where it belongs.
has() { grep -q "\"bom-ref\": \"$2@" "target/sbom/$1.cdx.json"; }
for library in axum sqlx-core leptos; do has chorus "$library" || die "the program's list lacks $library"; done
has browser leptos || die "the browser's list lacks leptos"
if has browser sqlx-core; then die "the browser's list has what belongs to the server"; fi
