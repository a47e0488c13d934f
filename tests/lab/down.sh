#!/bin/bash
# Tears down the lab of this checkout: hosts with their guests, networks, cgroups and state. Works on what a killed lab left, too.
set -euo pipefail

# shellcheck source=lab.sh
. "$(dirname "${BASH_SOURCE[0]}")/lab.sh"
# shellcheck source=clean.sh
. "$lab_dir/clean.sh"

main() {
  local name directory link
  need_root
  # The lock lives in what goes away: who waited for it starts from nothing, which is what up.sh expects.
  mkdir -p "$state"
  exec 9>"$state/lock"
  flock 9
  for name in $(host_names); do remove_host "$name"; done
  for directory in $(cgroup_mounts); do [ ! -d "$directory/lab$lab_id" ] || rmdir "$directory/lab$lab_id"; done
  for link in /sys/class/net/"$bridge"*; do [ ! -e "$link" ] || ip link del "${link##*/}" 2>/dev/null || true; done
  rm -f "/etc/ssh/ssh_config.d/$bridge.conf"
  rm -rf "$state"
  say "down"
}

main
