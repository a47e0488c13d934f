#!/bin/bash
# daemon.sh HOST stop|start|kill|restart: what may happen to libvirtd on a lab host. Returns when it has happened.
#   stop     SIGTERM; it stays away until start (or up.sh)
#   start    ends a stop
#   kill     SIGKILL; the host's supervisor starts a new one at once
#   restart  SIGTERM; the host's supervisor starts a new one at once
set -euo pipefail

# shellcheck source=lab.sh
. "$(dirname "${BASH_SOURCE[0]}")/lab.sh"

inside=
init=

daemon_pid() { cat "$inside/lab/libvirtd.pid" 2>/dev/null; }
runs() { local pid; pid=$(daemon_pid) && [ -e "$inside/../proc/$pid/exe" ]; }
gone() { ! runs; }
replaced() { runs && [ "$(daemon_pid)" != "$1" ] && answers; }
answers() { [ -S "$inside/libvirt/libvirt-sock" ] && "$lab_dir/on.sh" "$name" virsh -q -c qemu:///system uri >/dev/null 2>&1; }
send() { "$lab_dir/on.sh" "$name" kill "-$1" "$(daemon_pid)"; }
wake() { kill -USR1 "$init"; }

end() {
  local old
  old=$(daemon_pid) || die "$name: libvirtd does not run"
  send "$1"
  wait_until 30 replaced "$old" || die "$name: libvirtd did not come back: look at $state/hosts/$name/libvirtd.log"
}

main() {
  [ $# = 2 ] || die "usage: daemon.sh HOST stop|start|kill|restart"
  need_root
  name=$1
  init=$(init_of "$name") || die "$name is not up: run tests/lab/up.sh"
  inside=/proc/$init/root/run
  case $2 in
  stop)
    touch "$inside/lab/hold-libvirtd"
    if runs; then send TERM; fi
    wait_until 30 gone || die "$name: libvirtd does not end" ;;
  start)
    rm -f "$inside/lab/hold-libvirtd"
    wake
    wait_until 30 answers || die "$name: libvirtd does not answer: look at $state/hosts/$name/libvirtd.log" ;;
  kill) end KILL ;;
  restart) end TERM ;;
  *) die "usage: daemon.sh HOST stop|start|kill|restart" ;;
  esac
}

main "$@"
