# shellcheck shell=bash
# shellcheck disable=SC2154 # what lab.sh gives
# Sourced by up.sh and down.sh: takes away what a host left on the machine, however it ended.

remove_cgroups() {
  local directory
  for directory in $(cgroup_mounts); do
    [ -d "$directory/lab$lab_id/$1" ] || continue
    find "$directory/lab$lab_id/$1" -depth -type d -exec rmdir {} + || return 1
  done
}

stopped() { ! init_of "$1" >/dev/null; }

# Killing PID 1 kills everything in its PID namespace, guests included; network, mounts and names go with the last process.
remove_host() {
  local name=$1 pid
  if pid=$(init_of "$name"); then
    kill -KILL "$pid"
    wait_until 10 stopped "$name" || die "$name: process $pid does not end after SIGKILL: look at /proc/$pid/stack"
  fi
  # An unshare that was stopped before its child ran, or a helper that joined the host from outside.
  for pid in $(marked "$name"); do kill -KILL "$pid" 2>/dev/null || true; done
  wait_until 10 remove_cgroups "$name" 2>/dev/null || die "$name: a cgroup of lab$lab_id/$name is still in use"
}
