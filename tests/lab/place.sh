# shellcheck shell=bash
# shellcheck disable=SC2154 # what lab.sh gives
# Sourced by up.sh: where in the machine's networks this lab is. Chosen from the lab's id, moved on where taken, then remembered.

address_of() { printf '%s.%s' "$(cat "$state/subnet")" "$(cat "$state/hosts/$1/index")"; }
gateway() { printf '%s.254' "$(cat "$state/subnet")"; }
kind_of() { cat "$state/hosts/$1/kind"; }
port_of() { cat "$state/hosts/$1/port"; }

subnet_taken() { ip -4 -o addr | grep -vE "^[0-9]+: $bridge " | grep -F " $1." >/dev/null; }

choose_subnet() {
  local i n=$((16#$lab_id)) subnet
  [ -e "$state/subnet" ] && ! subnet_taken "$(cat "$state/subnet")" && return
  for ((i = 0; i < 200; i++)); do
    subnet=10.$((64 + n / 256 % 128)).$((n % 256))
    subnet_taken "$subnet" || { printf '%s\n' "$subnet" >"$state/subnet"; return; }
    n=$((n + 257))
  done
  die "no free /24 among 10.64.0.0 to 10.191.255.0"
}

port_taken() { [ -n "$(ss -Hltn "sport = :$1")" ]; }

# Below the range from which the kernel takes the ports of outgoing connections.
choose_port() {
  local file=$state/hosts/$1/port port
  [ -e "$file" ] && ! port_taken "$(cat "$file")" && return
  port=$((20000 + 16#$lab_id % 1200 * 10 + $(cat "$state/hosts/$1/index")))
  while port_taken "$port"; do port=$((port + 1)); done
  printf '%s\n' "$port" >"$file"
}

choose_index() {
  local file=$state/hosts/$1/index index=1
  [ -e "$file" ] && return
  case $1 in
  alpha) ;;
  beta) index=2 ;;
  *)
    index=3
    while grep -qsx "$index" "$state"/hosts/*/index; do index=$((index + 1)); done ;;
  esac
  printf '%s\n' "$index" >"$file"
}
