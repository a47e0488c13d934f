# shellcheck shell=bash
# Sourced: what the kinds of host differ in.
#   monolithic  this machine's Debian 12: libvirtd
#   modular     the same libvirt, a daemon for each driver; no libvirt-sock until `daemon.sh HOST start virtproxyd`
#   trixie      Debian 13's root: a newer libvirtd and QEMU

# Those of libvirt's daemons that run from the host's start.
daemons_of() {
  case $1 in
  modular) echo virtsecretd virtnwfilterd virtnodedevd virtinterfaced virtstoraged virtnetworkd virtqemud ;;
  *) echo libvirtd ;;
  esac
}

# The one that answers for domains.
main_daemon_of() { case $1 in modular) echo virtqemud ;; *) echo libvirtd ;; esac; }

socket_of() { case $1 in libvirtd | virtproxyd) echo libvirt-sock ;; *) echo "$1-sock" ;; esac; }

# How virsh asks that daemon and no other.
driver_uri_of() {
  local driver=${1#virt}
  case $1 in
  libvirtd | virtproxyd) echo 'qemu:///system?mode=legacy' ;;
  virtqemud) echo 'qemu:///system?mode=direct' ;;
  *) echo "${driver%d}:///system?mode=direct" ;;
  esac
}

# What such a host needs beside the machine's packages; at once where it is there.
prepare_kind() { case $1 in modular) "$lab_dir/modular.sh" ;; trixie) "$lab_dir/trixie.sh" ;; esac; }
