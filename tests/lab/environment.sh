# shellcheck shell=bash
# shellcheck disable=SC2154 # what lab.sh gives
# Sourced by up.sh: the keys of the lab, and the files that tell a user how to reach it.

make_key() { [ -s "$1" ] || ssh-keygen -q -t ed25519 -N '' -C "$2" -f "$1" </dev/null; }

# settle FILE: writes what it reads, unless the file says so already: whoever reads it meanwhile finds it whole.
# It keeps its inode, by which running hosts see it through bind mounts.
settle() {
  local text
  text=$(cat)
  [ "$(cat "$1" 2>/dev/null)" = "$text" ] || printf '%s\n' "$text" >"$1"
}

make_keys() {
  local name names
  make_key "$state/id_ed25519" "lab$lab_id"
  mapfile -t names < <(host_names)
  for name in "${names[@]}"; do make_key "$state/hosts/$name/ssh_host_ed25519_key" "$name"; done
  for name in "${names[@]}"; do
    printf '%s,%s,[127.0.0.1]:%s %s\n' "$name" "$(address_of "$name")" "$(port_of "$name")" \
      "$(cut -d' ' -f1,2 "$state/hosts/$name/ssh_host_ed25519_key.pub")"
  done | settle "$state/known_hosts"
  {
    echo '127.0.0.1 localhost'
    for name in "${names[@]}"; do printf '%s %s\n' "$(address_of "$name")" "$name"; done
  } | settle "$state/etc-hosts"
}

# In a URI a path may hold any character that is escaped.
escaped() {
  local i character
  for ((i = 0; i < ${#1}; i++)); do
    character=${1:i:1}
    case $character in [A-Za-z0-9/._~-]) printf %s "$character" ;; *) printf '%%%02X' "'$character" ;; esac
  done
}

uri_of() {
  printf 'qemu+ssh://root@%s/system?keyfile=%s&known_hosts=%s&known_hosts_verify=normal' \
    "$(address_of "$1")" "$(escaped "$state/id_ed25519")" "$(escaped "$state/known_hosts")"
}

# virsh runs the ssh of the machine, which reads known_hosts from its own settings: the lab's addresses are named there.
system_ssh_config=/etc/ssh/ssh_config.d/lab$lab_id.conf

write_ssh_config() {
  local name addresses=() ports=() networks=()
  for name in $(host_names); do
    addresses+=("$(address_of "$name")")
    ports+=("%p = $(port_of "$name")")
    networks+=("192.168.$((121 + $(cat "$state/hosts/$name/index"))).* $name")
  done
  {
    printf 'Host %s\n  User root\n  IdentityFile "%s"\n  IdentitiesOnly yes\n' "${addresses[*]}" "$state/id_ed25519"
    printf '  UserKnownHostsFile "%s"\n  StrictHostKeyChecking yes\n' "$state/known_hosts"
    printf 'Match host 127.0.0.1 exec "[ %s ]"\n' "$(printf '%s\n' "${ports[@]}" | paste -sd '|' | sed 's/|/ -o /g')"
    printf '  IdentityFile "%s"\n  UserKnownHostsFile "%s"\n  StrictHostKeyChecking yes\n' "$state/id_ed25519" "$state/known_hosts"
  } | settle "$system_ssh_config"
  {
    for name in $(host_names); do printf 'Host %s\n  HostName %s\n  HostKeyAlias %s\n' "$name" "$(address_of "$name")" "$name"; done
    printf 'Host %s %s\n' "$(host_names | xargs)" "${addresses[*]}"
    printf '  User root\n  IdentityFile "%s"\n  IdentitiesOnly yes\n' "$state/id_ed25519"
    printf '  UserKnownHostsFile "%s"\n  StrictHostKeyChecking yes\n' "$state/known_hosts"
    # Guests come and go under the same addresses, each with a key of its own.
    for name in "${networks[@]}"; do
      printf 'Host %s\n  ProxyJump %s\n  IdentityFile "%s"\n' "${name% *}" "${name#* }" "$state/id_ed25519"
      printf '  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  LogLevel ERROR\n'
    done
  } | settle "$state/ssh_config"
}

assign() { printf "export %s='%s'\n" "$1" "${2//\'/\'\\\'\'}"; }

write_environment() {
  local name upper
  write_ssh_config
  {
    echo '# Written by tests/lab/up.sh; source it.'
    for name in $(host_names); do
      upper=${name^^}
      case $name in alpha) assign KVM_URI "$(uri_of alpha)" ;; *) assign "KVM_URI_$upper" "$(uri_of "$name")" ;; esac
      assign "LAB_${upper}_ADDR" "$(address_of "$name")"
      assign "LAB_${upper}_PORT" "$(port_of "$name")"
      assign "LAB_${upper}_KIND" "$(kind_of "$name")"
    done
    assign LAB_HOSTS "$(host_names | xargs)"
    assign LAB_DIR "$state"
    assign LAB_ID "$lab_id"
    assign LAB_GATEWAY "$(gateway)"
    assign LAB_KEY "$state/id_ed25519"
    assign LAB_KNOWN_HOSTS "$state/known_hosts"
    assign LAB_SSH_CONFIG "$state/ssh_config"
    assign LAB_GUEST /run/lab/guest
  } | settle "$state/env"
}
