# shellcheck shell=bash
# Sourced by init.sh: the host's private view of the file system. Everything here ends with the mount namespace.
# `umount -l` takes all below with it; with -R it would go by a list that the machine may change meanwhile.

private_cgroups() {
  local directory name
  [ -n "$LAB_CGROUPS" ] || return 0
  mount -t tmpfs tmpfs /sys/fs/cgroup
  for directory in $LAB_CGROUPS; do
    name=${directory##*/}
    mkdir "/sys/fs/cgroup/$name"
    mount -t cgroup -o "$(cgroup_options "$name")" cgroup "/sys/fs/cgroup/$name"
  done
}

cgroup_options() { case $1 in systemd) echo name=systemd ;; *) echo "$1" ;; esac; }

# What a host keeps over a power cut: copied once from what the packages installed.
private_state() {
  local directory
  for directory in etc/libvirt var/lib/libvirt var/log/libvirt var/cache/libvirt; do
    if [ ! -e "$LAB_HOME/$directory" ]; then
      mkdir -p "$LAB_HOME/$directory" "/$directory"
      cp -a "/$directory/." "$LAB_HOME/$directory/"
      # The package's own network has the same range on every host.
      rm -rf "$LAB_HOME/etc/libvirt/qemu/networks"
    fi
    mount --bind "$LAB_HOME/$directory" "/$directory"
  done
  mkdir -p /var/log/libvirt/qemu
}

private_run() {
  # A copy of another mount here would keep what it shows alive.
  umount -l /run 2>/dev/null || true
  mount -t tmpfs -o mode=755 tmpfs /run
  mkdir -p /run/sshd /run/lock /run/lab/guest
  # Read-only: libvirt would give the files to QEMU's user, and back, on several hosts at once.
  mount --bind "$LAB_CACHE/guest" /run/lab/guest
  mount -o remount,bind,ro /run/lab/guest
}

# replace FILE: puts the host's own version, read from standard input, in the place of a file of the machine.
replace() {
  local copy=$LAB_HOME$1
  mkdir -p "${copy%/*}"
  cat >"$copy"
  chmod --reference="$1" "$copy"
  chown --reference="$1" "$copy"
  mount --bind "$copy" "$1"
}

# Where KVM cannot run stock guests libvirt would pick it all the same: a file of mode 000 makes it say qemu (TCG).
hide_kvm() {
  [ -e /dev/kvm ] && [ -z "$LAB_KVM" ] || return 0
  rm -f "$LAB_HOME/no-kvm"
  install -m 000 /dev/null "$LAB_HOME/no-kvm"
  mount --bind "$LAB_HOME/no-kvm" /dev/kvm
}

# From here on the cached root is /, with a layer in memory above it: what a host keeps is bound into it as into the machine's.
# The kernel's folders, /tmp and the checkout are the machine's.
enter_root() {
  local checkout=${LAB_STATE%/*} directory root
  mount -t tmpfs tmpfs /mnt
  root=/mnt/root
  mkdir -p /mnt/{upper,work,root}
  # Named from where it is: in the option a colon or a comma of the path would mean something.
  (cd "$LAB_CACHE/trixie/root" && mount -t overlay -o lowerdir=.,upperdir=/mnt/upper,workdir=/mnt/work overlay "$root")
  for directory in /proc /sys /dev /tmp "$checkout"; do
    mkdir -p "$root$directory"
    mount --rbind "$directory" "$root$directory"
  done
  mkdir "$root/machine"
  cd "$root"
  pivot_root . machine
  cd /
  umount -l /machine
  rmdir /machine
}

file_system() {
  mount --make-rprivate /
  mount -t proc proc /proc
  [ "$LAB_KIND" != trixie ] || enter_root
  # The machine's cgroup mounts below it would still be listed, and libvirt would look for them.
  umount -l /sys
  mount -t sysfs sysfs /sys
  private_cgroups
  private_state
  private_run
  hide_kvm
}
