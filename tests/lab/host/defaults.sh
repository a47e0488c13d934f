#!/bin/bash
# Run inside a lab host: its network and its pool `default`, defined once, active and autostarted.
# The argument is the host's number: each has a range of its own, so that a guest's address names its host.
set -euo pipefail

network() {
  cat <<EOF
<network>
  <name>default</name>
  <forward mode='nat'/>
  <bridge name='virbr0' stp='off' delay='0'/>
  <ip address='192.168.$((121 + $1)).1' netmask='255.255.255.0'>
    <dhcp><range start='192.168.$((121 + $1)).2' end='192.168.$((121 + $1)).254'/></dhcp>
  </ip>
</network>
EOF
}

pool() { echo "<pool type='dir'><name>default</name><target><path>/var/lib/libvirt/images</path></target></pool>"; }

# active LIST-COMMAND: whether it names `default`; some versions pad the name. No -q: virsh would meet a closed pipe.
active() { virsh -q -c qemu:///system "$1" --name | grep -x 'default *' >/dev/null; }

v() { virsh -q -c qemu:///system "$@" >/dev/null; }

active net-list || {
  v net-info default 2>/dev/null || { v net-define <(network "$1"); v net-autostart default; }
  v net-start default
}
active pool-list || {
  v pool-info default 2>/dev/null || { v pool-define <(pool); v pool-autostart default; }
  v pool-start default
}
