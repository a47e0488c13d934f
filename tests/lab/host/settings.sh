# shellcheck shell=bash
# Sourced by init.sh: who the host is, who may log in, and how its daemons are set up.

identity() {
  [ -s "$LAB_HOME/uuid" ] || cat /proc/sys/kernel/random/uuid >"$LAB_HOME/uuid"
  tr -d - <"$LAB_HOME/uuid" | replace /etc/machine-id
  printf '%s\n' "$LAB_NAME" | replace /etc/hostname
  # The same file for every host, so that a name added later is known to those that run already.
  mount --bind "$LAB_STATE/etc-hosts" /etc/hosts
}

# `visitor` may log in but is not in the group libvirt: its access to the socket is refused.
# Root has an empty home: what the machine's owner lets each shell start is none of the lab's, and costs at every login.
accounts() {
  mkdir -p /run/lab/home
  { sed 's#^\(root:.*:\)[^:]*:\([^:]*\)$#\1/run/lab/home:\2#' /etc/passwd; echo 'visitor:x:64990:65534::/:/bin/sh'; } | replace /etc/passwd
  # sshd without PAM refuses an account whose password field starts with an exclamation mark.
  { sed 's/^root:[^:]*/root:*/' /etc/shadow; echo 'visitor:*:19000::::::'; } | replace /etc/shadow
}

ssh_settings() {
  # Read as the user who logs in, who may not pass through every folder above a checkout.
  install -m 644 "$LAB_STATE/id_ed25519.pub" /run/lab/authorized_keys
  cat >/run/lab/sshd_config <<EOF
HostKey "$LAB_HOME/ssh_host_ed25519_key"
AuthorizedKeysFile /run/lab/authorized_keys
StrictModes no
PidFile none
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
AllowTcpForwarding yes
AllowStreamLocalForwarding yes
MaxStartups 200
MaxSessions 100
Subsystem sftp internal-sftp
EOF
  # From one host to another, as for a migration.
  replace /etc/ssh/ssh_config <<EOF
IdentityFile "$LAB_STATE/id_ed25519"
GlobalKnownHostsFile "$LAB_STATE/known_hosts"
EOF
}

daemon_settings() {
  cat >"/etc/libvirt/$1.conf" <<EOF
host_uuid = "$(cat "$LAB_HOME/uuid")"
unix_sock_group = "libvirt"
unix_sock_ro_perms = "0777"
unix_sock_rw_perms = "0770"
auth_unix_ro = "none"
auth_unix_rw = "none"
log_outputs = "2:file:/var/log/libvirt/$1.log"
EOF
}

libvirt_settings() {
  local daemon
  for daemon in $(daemons_of "$LAB_KIND"); do daemon_settings "$daemon"; done
  [ "$LAB_KIND" != modular ] || daemon_settings virtproxyd
  # Without it virsh asks libvirt-sock who is there.
  echo 'uri_default = "qemu:///system"' >/etc/libvirt/libvirt.conf
  cat >/etc/libvirt/qemu.conf <<EOF
security_driver = "none"
# A private /dev for QEMU cannot be made over the file that hides /dev/kvm.
namespaces = []
EOF
  # Without cgroup v1 there is no hierarchy of the host's own: leave cgroups alone.
  [ -n "$LAB_CGROUPS" ] || echo 'cgroup_controllers = []' >>/etc/libvirt/qemu.conf
}

settings() {
  identity
  accounts
  ssh_settings
  libvirt_settings
}
