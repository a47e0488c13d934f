#!/bin/bash
# Builds a Debian 12 cloud image (cloud-init, guest agent, sshd) into .cache/images. Built again only where its recipe changed.
# Needs neither loop devices nor mounts of the image: ext4 is filled by mkfs itself, and the boot loader sits on a small FAT
# partition because syslinux installs itself on FAT without mounting it (extlinux and grub want a mounted ext4).
set -euo pipefail

# shellcheck source=lab.sh
. "$(dirname "${BASH_SOURCE[0]}")/lab.sh"
# shellcheck source=mirror.sh
. "$lab_dir/mirror.sh"

recipe=$lab_dir/image
out=$cache/images
image=$out/debian-12-cloud.qcow2

# Of the disk, in MiB: a gap, the boot partition, then root up to the end. Root is last: cloud-init grows it.
boot_start=1 boot_size=63 disk_size=2048
root_start=$((boot_start + boot_size))

arguments='root=LABEL=cloudimg-rootfs rootfstype=ext4 ro console=ttyS0,115200 quiet mitigations=off nokaslr audit=0 apparmor=0 selinux=0 fsck.mode=skip random.trust_cpu=on'

fingerprint() { cat "$lab_dir/image.sh" "$lab_dir/mirror.sh" "$recipe"/* | sha256sum | cut -c1-16; }

install_packages() {
  debian_sources bookworm | mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
    --include="$(paste -sd, "$recipe/packages")" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --essential-hook="$recipe/initramfs.sh \"\$1\"" --customize-hook="$recipe/customize.sh \"\$1\"" \
    bookworm "$1" - 2>"$work/mmdebstrap.log" || die "mmdebstrap failed: $(tail -n 8 "$work/mmdebstrap.log")"
}

boot_partition() {
  local disk=$1 root=$2 offset=$((boot_start * 1024 * 1024))
  local filesystem=$disk@@$offset
  mkfs.vfat -F 32 -s 1 -n BOOT --offset $((offset / 512)) "$disk" $((boot_size * 1024)) >/dev/null 2>&1
  printf 'DEFAULT linux\nPROMPT 0\nTIMEOUT 1\nLABEL linux\n  KERNEL vmlinuz\n  INITRD initrd.img\n  APPEND %s\n' "$arguments" >"$work/syslinux.cfg"
  mcopy -i "$filesystem" "$(echo "$root"/boot/vmlinuz-*)" ::vmlinuz
  mcopy -i "$filesystem" "$(echo "$root"/boot/initrd.img-*)" ::initrd.img
  mcopy -i "$filesystem" "$work/syslinux.cfg" ::syslinux.cfg
  syslinux --install --offset "$offset" "$disk"
}

disk() {
  local disk=$1 root=$2
  truncate -s "${disk_size}M" "$disk"
  printf 'label: dos\n%dM,%dM,c,*\n%dM,,83\n' $boot_start $boot_size $root_start | sfdisk -q "$disk"
  dd if=/usr/lib/syslinux/mbr/mbr.bin of="$disk" conv=notrunc bs=440 count=1 status=none
  boot_partition "$disk" "$root"
  mkfs.ext4 -q -L cloudimg-rootfs -d "$root" -E "offset=$((root_start * 1024 * 1024)),nodiscard" "$disk" "$((disk_size - root_start))M"
}

build() {
  work=$(mktemp -d "$cache/image-work.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  say "image: installing packages (about 80 s)"
  install_packages "$work/root"
  say "image: writing the disk"
  disk "$work/disk" "$work/root"
  say "image: compressing"
  qemu-img convert -f raw -O qcow2 -c "$work/disk" "$work/image"
  chmod 644 "$work/image"
  mv "$work/image" "$image"
  printf '%s\n' "$1" >"$out/.recipe"
}

current() { [ -e "$image" ] && [ "$(cat "$out/.recipe" 2>/dev/null)" = "$1" ]; }

main() {
  local key start=$SECONDS
  key=$(fingerprint)
  mkdir -p "$out"
  if current "$key"; then say "image: up to date"; return; fi
  need_root
  "$lab_dir/packages.sh"
  exec 9>"$out/.lock"
  flock 9
  if current "$key"; then say "image: up to date"; return; fi
  build "$key"
  say "image: built in $((SECONDS - start)) s: $image"
}

main
