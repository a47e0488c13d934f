#!/bin/bash
# PID 1 of a lab host, inside its own namespaces: makes the host's file system and network, then keeps its daemons running.
# Given in the environment: KVM_LAB, LAB_NAME, LAB_KIND, LAB_HOME (state of this host), LAB_STATE, LAB_CACHE, LAB_ADDRESS, LAB_GATEWAY,
# LAB_LOOPBACK_PORT, LAB_CGROUPS, LAB_KVM. File descriptor 8 is the machine's own network namespace.
set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=mounts.sh
. "$here/mounts.sh"
# shellcheck source=../kinds.sh
. "$here/../kinds.sh"
# shellcheck source=settings.sh
. "$here/settings.sh"
# shellcheck source=daemons.sh
. "$here/daemons.sh"

# The veth arrives a moment after this process started: its other end is in the machine.
network() {
  local i
  ip link set lo up
  for ((i = 0; i < 500; i++)); do [ -e /sys/class/net/eth0 ] && break; sleep 0.01; done
  ip addr add "$LAB_ADDRESS/24" dev eth0
  ip link set eth0 up
  ip route add default via "$LAB_GATEWAY"
  sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

hostname "$LAB_NAME"
file_system
network
settings
set +e
supervise
