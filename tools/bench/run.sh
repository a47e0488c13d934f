#!/bin/bash
# Prints the figures that the project holds itself to, each as a ratio of two things measured in this run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
unset NODE_EXTRA_CA_CERTS
. .lab/env

echo "== start-up"
node tools/bench/startup.mjs
echo "== life cycle"
node tools/bench/lifecycle.mjs
# Bundled as the provider is, with its own ssh2, so that what is measured is what runs. That finds its chunk beside itself: it stays where it is.
measure() {
  local bundle=.cache/bench-$1.cjs
  node_modules/.bin/esbuild "tools/bench/$1.ts" --bundle --platform=node --alias:ssh2=../bin/ssh2.cjs --external:../bin/ssh2.cjs --log-level=error --outfile="$bundle"
  node "$bundle"
}
echo "== documents and unchanged domains"
measure model
echo "== connections"
measure connection
echo "== transfers"
measure transfer
echo "== round trips"
measure roundtrips
