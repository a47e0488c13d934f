#!/bin/bash
# run.sh unit|all: the pure tests, or these and the lab's; the last line counts all tests of the run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
what=$1
export TEST_COUNTS=$PWD/.cache/test-counts
mkdir -p .cache
: > "$TEST_COUNTS"
unset NODE_EXTRA_CA_CERTS

jest() { node_modules/.bin/jest --reporters=default --reporters="$PWD/tools/test/counts.cjs" "$@"; }
timed() {
  local start=$SECONDS name=$1 rc=0
  shift
  printf '== %s\n' "$name"
  "$@" || rc=$?
  printf '== %s: %d s\n' "$name" "$((SECONDS - start))"
  return "$rc"
}
# The first failure ends the preparation, but no test is left out because another failed.
failed=0
if [ "$what" = all ]; then
  timed "packages" tests/lab/packages.sh
  # It compiles for minutes where nothing is cached, and the others mostly wait for the network.
  setsid make -s engine &
  engine=$!
  trap 'kill -- "-$engine" 2>/dev/null || true' EXIT
  timed "tools" make -s node_modules/.installed
  timed "guest" tests/lab/guest.sh
  timed "cloud image" tests/lab/image.sh
  timed "trixie" tests/lab/trixie.sh
  timed "modular daemons" tests/lab/modular.sh
  timed "engine" wait "$engine"
  trap - EXIT
  # Hosts start while checks run: they mostly wait.
  tests/lab/up.sh alpha beta gamma delta:modular epsilon:trixie zeta eta:trixie &
  lab=$!
  timed "checks" make -s -j2 --output-sync=target check || failed=1
  timed "build" make -s build
  timed "lab" wait "$lab"
fi
timed "pure tests" jest --selectProjects unit --maxWorkers=100% || failed=1
# They wait more than they work: four at once, each with a host of its own, two of them of other kinds.
if [ "$what" = all ]; then
  timed "life-cycle tests in the lab" jest --selectProjects e2e --maxWorkers=4 \
    --testSequencer="$PWD/tools/test/longest-first.cjs" || failed=1
fi
node tools/test/total.cjs "$TEST_COUNTS"
exit "$failed"
