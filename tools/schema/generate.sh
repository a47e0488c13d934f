#!/bin/bash
# Writes schema.json and docs/resources.md from the declarations; with --check, only says what is stale.
set -euo pipefail
unset NODE_EXTRA_CA_CERTS
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
mkdir -p "$root/.cache"
bundle=$(mktemp "$root/.cache/schema-XXXXXX.cjs")
trap 'rm -f "$bundle"' EXIT
"$root/node_modules/.bin/esbuild" "$root/tools/schema/main.ts" --bundle --platform=node --log-level=error --outfile="$bundle" --allow-overwrite
node "$bundle" "$root" "$@"
