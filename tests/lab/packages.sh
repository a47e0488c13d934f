#!/bin/bash
# packages.sh [modular]: installs the Debian packages that the lab needs, or those that build the modular daemons,
# only where their files are missing. Starts no service.
set -euo pipefail

# What must be there, and the package that brings it.
lab_needs=(
  /usr/sbin/libvirtd                  libvirt-daemon
  /lib/systemd/system/libvirtd.service libvirt-daemon-system
  /usr/lib/x86_64-linux-gnu/libvirt/connection-driver/libvirt_driver_qemu.so libvirt-daemon-driver-qemu
  /usr/bin/virsh                      libvirt-clients
  /usr/bin/qemu-system-x86_64         qemu-system-x86
  /usr/bin/qemu-img                   qemu-utils
  /usr/sbin/dnsmasq                   dnsmasq-base
  /usr/sbin/sshd                      openssh-server
  /usr/bin/ssh                        openssh-client
  /bin/ip                             iproute2
  /usr/sbin/iptables                  iptables
  /usr/sbin/dmidecode                 dmidecode
  /usr/bin/xorriso                    xorriso
  /usr/bin/mmdebstrap                 mmdebstrap
  /usr/sbin/mkfs.ext4                 e2fsprogs
  /usr/sbin/sfdisk                    fdisk
  /usr/sbin/mkfs.vfat                 dosfstools
  /usr/bin/mcopy                      mtools
  /usr/bin/syslinux                   syslinux
  /usr/lib/syslinux/mbr/mbr.bin       syslinux-common
  /usr/sbin/depmod                    kmod
  /usr/bin/cpio                       cpio
  /usr/bin/curl                       curl
  /usr/bin/nc.openbsd                 netcat-openbsd
  /usr/bin/sudo                       sudo
  /usr/bin/dbus-daemon                dbus-daemon
  /usr/lib/dbus-1.0/dbus-daemon-launch-helper dbus
  /usr/lib/polkit-1/polkitd           polkitd
  /usr/bin/openssl                    openssl
  /usr/sbin/saslpasswd2               sasl2-bin
  /usr/lib/x86_64-linux-gnu/sasl2/libscram.so libsasl2-modules
  /usr/bin/python3                    python3-minimal
)
build_needs=(
  /usr/bin/meson                      meson
  /usr/bin/ninja                      ninja-build
  /usr/bin/gcc                        gcc
  /usr/include/stdio.h                libc6-dev
  /usr/bin/pkg-config                 pkg-config
  /usr/bin/xz                         xz-utils
  /usr/bin/rpcgen                     rpcsvc-proto
  /usr/bin/xmllint                    libxml2-utils
  /usr/bin/xsltproc                   xsltproc
  /usr/bin/msgfmt                     gettext
  /usr/include/libxml2                libxml2-dev
  /usr/include/glib-2.0               libglib2.0-dev
  /usr/include/gnutls                 libgnutls28-dev
  /usr/include/tirpc                  libtirpc-dev
  /usr/include/yajl                   libyajl-dev
  /usr/include/libudev.h              libudev-dev
  /usr/include/pciaccess.h            libpciaccess-dev
)
case ${1:-} in
modular) needs=("${build_needs[@]}") ;;
*) needs=("${lab_needs[@]}") ;;
esac

say() { printf 'packages: %s\n' "$*"; }

missing() {
  local i
  for ((i = 0; i < ${#needs[@]}; i += 2)); do [ -e "${needs[i]}" ] || printf '%s\n' "${needs[i + 1]}"; done
}

# The machine's own daemons stay as they were: the lab runs its daemons itself, each in its host's namespaces.
policy=/usr/sbin/policy-rc.d
policy_mark='# made by tests/lab/packages.sh while it installs'
allow_services() { if grep -qsF "$policy_mark" "$policy"; then rm -f "$policy"; fi; }
deny_services() {
  [ -e "$policy" ] && return
  printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" >"$policy"
  chmod 755 "$policy"
}

main() {
  local packages
  mapfile -t packages < <(missing)
  [ "${#packages[@]}" -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || { say "run as root: these packages are missing: ${packages[*]}" >&2; exit 1; }
  type -P apt-get >/dev/null || { say "no apt-get here; install what brings: ${packages[*]}" >&2; exit 1; }
  # Two at once would meet at apt's locks; the second finds nothing to do.
  exec 9>/run/lock/lab-packages
  flock 9
  mapfile -t packages < <(missing)
  [ "${#packages[@]}" -gt 0 ] || return 0
  say "installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  allow_services
  apt-get update -qq -o DPkg::Lock::Timeout=300
  log=$(mktemp)
  trap 'allow_services; rm -f "$log"' EXIT
  deny_services
  apt-get install -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "${packages[@]}" >"$log" 2>&1 || {
    cat "$log" >&2
    exit 1
  }
  mapfile -t packages < <(missing)
  [ "${#packages[@]}" = 0 ] || { say "apt-get ended well, but still missing: ${packages[*]}" >&2; exit 1; }
  say "done"
}

main
