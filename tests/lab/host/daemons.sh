# shellcheck shell=bash
# Sourced by init.sh: starts the host's daemons and starts again what dies, those of libvirt only where no /run/lab/hold-DAEMON is.

declare -A pids=() started=()

command_of() {
  [ "$1" = sshd-loopback ] || exec 8<&-
  case $1 in
  sshd) exec /usr/sbin/sshd -D -f /run/lab/sshd_config ;;
  # On the loopback of the machine itself, at a port of its own.
  sshd-loopback)
    exec nsenter --net=/proc/self/fd/8 \
      /usr/sbin/sshd -D -f /run/lab/sshd_config -o ListenAddress=127.0.0.1 -o "Port=$LAB_LOOPBACK_PORT" ;;
  virtlogd) exec /usr/sbin/virtlogd ;;
  # Wakes the supervisor: bounds what a death between its check and its wait could cost.
  heartbeat) exec sleep 5 ;;
  *)
    # Whoever sees a socket then sees that of the new daemon.
    rm -f "/run/libvirt/$(socket_of "$1")" "/run/libvirt/$(socket_of "$1")-ro" "/run/$1.pid"
    if [ "$1" = libvirtd ]; then exec /usr/sbin/libvirtd; else exec "$LAB_CACHE/modular/$1"; fi ;;
  esac
}

held() { [ -e "/run/lab/hold-$1" ]; }
runs() { [ -n "${pids[$1]:-}" ] && kill -0 "${pids[$1]}" 2>/dev/null; }

start() {
  # A daemon that ends as soon as it started must not spin.
  [ "$((SECONDS - ${started[$1]:--9}))" -ge 1 ] || sleep 0.3
  started[$1]=$SECONDS
  (command_of "$1") </dev/null >>"$LAB_HOME/$1.log" 2>&1 &
  pids[$1]=$!
  printf '%s\n' "$!" >"/run/lab/$1.pid"
}

supervise() {
  local daemon daemons
  read -ra daemons <<<"heartbeat virtlogd sshd sshd-loopback $(daemons_of "$LAB_KIND")"
  # Serves libvirt-sock: only where a test asks for it.
  if [ "$LAB_KIND" = modular ]; then
    daemons+=(virtproxyd)
    touch /run/lab/hold-virtproxyd
  fi
  # daemon.sh says by this signal that the hold is gone.
  trap : USR1
  trap 'exit 0' TERM
  while :; do
    for daemon in "${daemons[@]}"; do runs "$daemon" || held "$daemon" || start "$daemon"; done
    wait -n
  done
}
