#!/bin/bash
# up.sh [NAME[:KIND]…]: brings up lab hosts (alpha and beta, or those named) and writes .lab/env. A host remembers its kind
# (kinds.sh; monolithic at first); of another kind it starts from nothing. What runs already is left alone;
# what an earlier lab of this checkout left behind is taken away first.
set -euo pipefail
# No step that fails may end it without a word.
trap 'rc=$? last=$BASH_COMMAND; [ "$rc" = 0 ] || [ "$last" = "exit 1" ] || printf "lab: up.sh failed in: %s\n" "$last" >&2' EXIT

# shellcheck source=lab.sh
. "$(dirname "${BASH_SOURCE[0]}")/lab.sh"
# shellcheck source=clean.sh
. "$lab_dir/clean.sh"
# shellcheck source=kinds.sh
. "$lab_dir/kinds.sh"
# shellcheck source=place.sh
. "$lab_dir/place.sh"
# shellcheck source=environment.sh
. "$lab_dir/environment.sh"

check_name() {
  [[ $1 =~ ^[a-z][a-z0-9]{0,14}$ ]] || die "'$1' is no name for a host: a lower-case letter, then up to 14 letters or digits"
}

check_kind() {
  case $1 in monolithic | modular | trixie) ;; *) die "'$1' is no kind of host: monolithic, modular or trixie" ;; esac
}

make_bridge() {
  ip link show "$bridge" >/dev/null 2>&1 || ip link add "$bridge" type bridge
  ip addr show dev "$bridge" | grep -F " $(gateway)/24" >/dev/null || {
    ip addr flush dev "$bridge"
    ip addr add "$(gateway)/24" dev "$bridge"
  }
  ip link set "$bridge" up
}

make_cgroups() {
  local directory file group
  for directory in $(cgroup_mounts); do
    mkdir -p "$directory/lab$lab_id/$1"
    for file in cpuset.cpus cpuset.mems; do
      [ -e "$directory/$file" ] || continue
      for group in "lab$lab_id" "lab$lab_id/$1"; do cat "$directory/$file" >"$directory/$group/$file"; done
    done
  done
}

# Joins the host's cgroups, then the shell becomes the unshare that waits for PID 1 and dies with it.
launch() {
  local name=$1
  export KVM_LAB=$lab_id/$name LAB_NAME=$name LAB_KIND LAB_HOME=$state/hosts/$name LAB_STATE=$state LAB_CACHE=$cache
  export LAB_ADDRESS LAB_GATEWAY LAB_LOOPBACK_PORT LAB_CGROUPS LAB_KVM=${LAB_KVM:-}
  LAB_KIND=$(kind_of "$name") LAB_ADDRESS=$(address_of "$name") LAB_GATEWAY=$(gateway) LAB_LOOPBACK_PORT=$(port_of "$name") LAB_CGROUPS=$(cgroup_mounts | xargs)
  (
    exec 8</proc/self/ns/net 9>&-
    for directory in $LAB_CGROUPS; do echo "$BASHPID" >"$directory/lab$lab_id/$name/cgroup.procs"; done
    exec setsid unshare --net --mount --uts --ipc --cgroup --pid --fork --kill-child "$lab_dir/host/init.sh"
  ) </dev/null >"$LAB_HOME/init.log" 2>&1 &
}

# The same MAC each time: the machine's neighbour table may still hold the one of a host that was killed.
connect() {
  local name=$1 pid=$2 index link
  index=$(cat "$state/hosts/$name/index")
  link=$bridge-$index
  ip link del "$link" 2>/dev/null || true
  ip link add "$link" type veth peer name eth0 netns "$pid" address "$(printf '02:4b:%s:%02x' "$(sed 's/../&:/g; s/:$//' <<<"$lab_id")" "$index")" &&
    ip link set "$link" master "$bridge" up
}

# While PID 1 turns from unshare into init.sh its environment, and with it the mark, is unseen for a moment:
# a host has appeared once the mark is there after the turn.
appeared() { pid=$(init_of "$1") && [ "$(cat "/proc/$pid/comm")" = init.sh ] && pid=$(init_of "$1"); }

start_host() {
  local name=$1 pid
  make_cgroups "$name"
  launch "$name"
  wait_until 5 appeared "$name" && connect "$name" "$pid"
}

# listens PID PORT: whether someone listens there in that process's network.
listens() { grep -E "^ *[0-9]+: [0-9A-F]+:$(printf %04X "$2") [0-9A-F]+:0000 0A " "/proc/$1/net/tcp" >/dev/null; }

# The daemon answers after its socket appears; a client that connects in between is kept waiting by the daemon itself.
ready() {
  local pid daemon
  pid=$(init_of "$1") || return
  for daemon in $(daemons_of "$(kind_of "$1")"); do [ -S "/proc/$pid/root/run/libvirt/$(socket_of "$daemon")" ] || return; done
  listens "$pid" 22 && listens $$ "$(port_of "$1")"
}

remembered() { cat "$state/hosts/$1/kind" 2>/dev/null || echo monolithic; }

# What one kind of host keeps is nothing for another. Its number, and with it its address, stays.
forget() {
  [ -d "$state/hosts/$1" ] || return 0
  say "$1 becomes ${kinds[$1]}: it starts from nothing"
  remove_host "$1"
  find "$state/hosts/$1" -mindepth 1 -maxdepth 1 ! -name index ! -name 'ssh_host_*' -exec rm -rf {} +
}

# A host whose state was deleted under it cannot be reached any more: it starts anew.
place() {
  local name=$1
  [ "${kinds[$name]:=$(remembered "$name")}" = "$(remembered "$name")" ] || forget "$name"
  [ -e "$state/hosts/$name/kind" ] && init_of "$name" >/dev/null && return
  remove_host "$name"
  mkdir -p "$state/hosts/$name"
  choose_index "$name"
  choose_port "$name"
  printf '%s\n' "${kinds[$name]}" >"$state/hosts/$name/kind"
}

bring_up() {
  local name=$1
  stopped "$name" || return 0
  # One that came too late to be connected runs without a network: what is left of it goes, and `finish` starts it once more.
  start_host "$name" || remove_host "$name"
  started+=("$name")
}

# Lets go on what daemon.sh holds.
release() {
  local pid daemon
  pid=$(init_of "$1") || return
  for daemon in $(daemons_of "$(kind_of "$1")"); do rm -f "/proc/$pid/root/run/lab/hold-$daemon"; done
  kill -USR1 "$pid"
}

settled() { ready "$1" || stopped "$1"; }
answers() { release "$1" && wait_until 60 settled "$1" && ready "$1"; }

# One that did not come up, or ended while it started, says why in its log, and gets a second chance.
finish() {
  local name=$1
  if ! answers "$name" && stopped "$name"; then
    say "$name: its first start failed: $(tail -n 3 "$state/hosts/$name/init.log")" >&2
    remove_host "$name"
    start_host "$name" && answers "$name" || true
  fi
  ready "$name" || die "$name: libvirt or sshd does not answer: look at $state/hosts/$name/*.log"
  "$lab_dir/on.sh" "$name" "$lab_dir/host/defaults.sh" "$(cat "$state/hosts/$name/index")"
}

main() {
  local host name kind names=() started=()
  local -A kinds=()
  [ $# -gt 0 ] || set -- alpha beta
  for host; do
    name=${host%%:*}
    check_name "$name"
    names+=("$name")
    [ "$host" = "$name" ] || { check_kind "${host#*:}" && kinds[$name]=${host#*:}; }
  done
  need_root
  "$lab_dir/packages.sh"
  mkdir -p "$state/hosts" "$cache/guest"
  exec 9>"$state/lock"
  flock 9
  choose_subnet
  for name in $({ host_names; printf '%s\n' "${names[@]}"; } | sort -u); do place "$name"; done
  for kind in $(for name in "${names[@]}"; do kind_of "$name"; done | sort -u); do prepare_kind "$kind"; done
  make_keys
  make_bridge
  for name in "${names[@]}"; do bring_up "$name"; done
  for name in "${names[@]}"; do finish "$name"; done
  write_environment
  say "${names[*]} up${started[*]:+ (started ${started[*]})}; for virsh and ssh: . $state/env"
}

main "$@"
