# shellcheck shell=bash
# Sourced by the lab's scripts: who this checkout's lab is, and how its running hosts are found.
# Everything the lab makes on the machine carries $lab_id, which comes from the checkout's path.

# The tests call on.sh a thousand times: what it needs of this file starts as few processes as can be.
lab_dir=$(cd "${BASH_SOURCE[0]%/*}" && pwd -P)
checkout=${lab_dir%/tests/lab}
state=$checkout/.lab
# shellcheck disable=SC2034 # read by the scripts that source this
cache=$checkout/.cache
lab_id=$(sha256sum <<<"$checkout")
lab_id=${lab_id:0:6}
# shellcheck disable=SC2034 # read by the scripts that source this
bridge=lab$lab_id

say() { printf 'lab: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }

need_root() { [ "$EUID" = 0 ] || die "namespaces and bridges need root: run this as root"; }

# A host is found by the mark in its first process's environment, never by a stored pid that may have been reused.
mark_of() { printf 'KVM_LAB=%s/%s' "$lab_id" "$1"; }

# Prints the pids of the machine that carry a host's mark (its init, and the unshare that waits for it).
marked() {
  local file
  for file in $(grep -lsxzF "$(mark_of "$1")" /proc/[0-9]*/environ); do
    file=${file#/proc/}
    printf '%s\n' "${file%/environ}"
  done
}

# first PID: whether it is PID 1 of a host. A killed init stays a zombie until its parent reaps it: nothing of the host is left by then.
first() {
  local line lines=()
  # `read` would go back in it, and each time the kernel writes it anew: a state of another length moves every line.
  mapfile -t lines 2>/dev/null <"/proc/$1/status" || return 1
  for line in "${lines[@]}"; do
    case $line in
    State:*Z*) return 1 ;;
    NSpid:*) [[ $line =~ ^NSpid:[[:space:]]+[0-9]+[[:space:]]+1$ ]]; return ;;
    esac
  done
  return 1
}

# Prints the pid, as the machine sees it, of the host's PID 1; fails where the host is not up.
init_of() {
  local pid
  for pid in $(marked "$1"); do
    if first "$pid"; then printf '%s\n' "$pid"; return; fi
  done
  return 1
}

# Names of the hosts that this lab has: those with state, those that run, and those of which only cgroups are left.
host_names() {
  {
    ls "$state/hosts" 2>/dev/null
    grep -hsaozE "^KVM_LAB=$lab_id/[a-z0-9]+" /proc/[0-9]*/environ | tr '\0' '\n' | cut -d/ -f2
    for directory in $(cgroup_mounts); do find "$directory/lab$lab_id" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' 2>/dev/null || true; done
  } | sort -u
}

# Mount points of the cgroup v1 hierarchies; none on a machine with cgroup v2 alone.
cgroup_mounts() {
  local device directory kind rest
  # Through cat for the same reason: mounts come and go.
  while read -r device directory kind rest; do [ "$kind" != cgroup ] || printf '%s\n' "$directory"; done < <(cat /proc/mounts)
}

# wait_until SECONDS COMMAND…: asks every 20 ms, for want of an event to wait for.
wait_until() {
  local end=$((${EPOCHREALTIME/./} + $1 * 1000000))
  shift
  until "$@"; do
    [ "${EPOCHREALTIME/./}" -lt "$end" ] || return 1
    sleep 0.02
  done
}
