#!/bin/bash
# on.sh HOST COMMAND…: runs a command inside a lab host: its namespaces and its cgroups.
set -euo pipefail

# shellcheck source=lab.sh
. "${BASH_SOURCE[0]%/*}/lab.sh"

[ $# -ge 2 ] || die "usage: on.sh HOST COMMAND…"
need_root
name=$1
shift
pid=$(init_of "$name") || die "$name is not up: run tests/lab/up.sh"
for directory in $(cgroup_mounts); do echo $$ >"$directory/lab$lab_id/$name/cgroup.procs"; done
directory=$PWD
[ -d "/proc/$pid/root$directory" ] || directory=/
exec nsenter --target "$pid" --mount --uts --ipc --net --pid --cgroup --wdns="$directory" -- "$@"
