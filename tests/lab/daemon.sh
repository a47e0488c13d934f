#!/bin/bash
# daemon.sh HOST stop|start|kill|restart [DAEMON]: what may happen to a daemon of libvirt's on a lab host, by itself the one that
# answers for domains. Returns when it has happened.
#   stop     SIGTERM; it stays away until start (or up.sh)
#   start    ends a stop
#   kill     SIGKILL; the host's supervisor starts a new one at once
#   restart  SIGTERM; the host's supervisor starts a new one at once
# Whatever goes wrong, the host is left with a daemon: libvirtd gives what it is at half a minute, and one that hangs is killed.
set -euo pipefail

# shellcheck source=lab.sh
. "$(dirname "${BASH_SOURCE[0]}")/lab.sh"
# shellcheck source=kinds.sh
. "$lab_dir/kinds.sh"

usage='usage: daemon.sh HOST stop|start|kill|restart [DAEMON]'
inside=
init=
daemon=

daemon_pid() { cat "$inside/lab/$daemon.pid" 2>/dev/null; }
runs() { local pid; pid=$(daemon_pid) && [ -e "$inside/../proc/$pid/exe" ]; }
gone() { ! runs; }
replaced() { runs && [ "$(daemon_pid)" != "$1" ] && answers; }
answers() { [ -S "$inside/libvirt/$(socket_of "$daemon")" ] && "$lab_dir/on.sh" "$name" virsh -q -c "$(driver_uri_of "$daemon")" uri >/dev/null 2>&1; }
send() { "$lab_dir/on.sh" "$name" kill "-$1" "$(daemon_pid)"; }
wake() { kill -USR1 "$init"; }

other() { [ "$(daemon_pid)" != "$1" ]; }

# ended CONDITION…: waits until it holds; a daemon that does not end by itself is killed.
ended() {
  wait_until 60 "$@" && return
  say "$name: $daemon does not end: killing it"
  send KILL
  wait_until 30 "$@" || die "$name: $daemon does not end"
}

end() {
  local old
  old=$(daemon_pid) || die "$name: $daemon does not run"
  send "$1"
  ended other "$old"
  wait_until 60 replaced "$old" || die "$name: $daemon did not come back: look at $state/hosts/$name/$daemon.log"
}

hold() { touch "$inside/lab/hold-$daemon"; }
release() { rm -f "$inside/lab/hold-$daemon"; wake; }

main() {
  [ $# = 2 ] || [ $# = 3 ] || die "$usage"
  need_root
  name=$1
  init=$(init_of "$name") || die "$name is not up: run tests/lab/up.sh"
  daemon=${3:-$(main_daemon_of "$(cat "$state/hosts/$name/kind")")}
  inside=/proc/$init/root/run
  case $2 in
  stop)
    hold
    # Who is told that it failed will not start it again.
    trap '[ "$?" = 0 ] || release' EXIT
    if runs; then send TERM; fi
    ended gone ;;
  start)
    release
    wait_until 60 answers || die "$name: $daemon does not answer: look at $state/hosts/$name/$daemon.log" ;;
  kill) end KILL ;;
  restart) end TERM ;;
  *) die "$usage" ;;
  esac
}

main "$@"
