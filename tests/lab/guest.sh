#!/bin/bash
# Builds the small test guest into .cache/guest: vmlinuz and initramfs, from Debian 12's cloud kernel, busybox, dropbear and
# qemu-ga. Built again only where its recipe changed. Lab hosts see the folder as /run/lab/guest.
set -euo pipefail

# shellcheck source=lab.sh
. "$(dirname "${BASH_SOURCE[0]}")/lab.sh"
# shellcheck source=mirror.sh
. "$lab_dir/mirror.sh"

recipe=$lab_dir/guest
out=$cache/guest
libraries=lib/x86_64-linux-gnu

fingerprint() { cat "$lab_dir/guest.sh" "$lab_dir/mirror.sh" "$recipe"/* | sha256sum | cut -c1-16; }

fetch() {
  debian_sources bookworm | mmdebstrap --quiet --mode=root --variant=extract --format=directory --skip=check/empty \
    --include=linux-image-cloud-amd64,busybox-static,dropbear-bin,qemu-guest-agent bookworm "$1" - 2>"$work/mmdebstrap.log" ||
    die "mmdebstrap failed: $(tail -n 5 "$work/mmdebstrap.log")"
}

copy_modules() {
  local from=$1 to=$2 version module path
  version=$(ls "$from/lib/modules")
  mkdir -p "$to/lib/modules/$version"
  cp "$from/lib/modules/$version"/modules.{order,builtin,builtin.modinfo} "$to/lib/modules/$version/"
  depmod -b "$from" "$version"
  # What the test guest loads at boot, and what a test may want to load by hand.
  for module in $(cat "$recipe/modules") ext4 vfat nls_utf8 nls_ascii; do
    modprobe -d "$from" -S "$version" --show-depends "$module" | awk '$1 == "insmod" { print $2 }' | while read -r path; do
      install -D -m 644 "$path" "$to/${path#"$from"/}"
    done
  done
  depmod -b "$to" "$version"
}

copy_programs() {
  local from=$1 to=$2 program library
  mkdir -p "$to/$libraries" "$to/lib64"
  cp "$from/bin/busybox" "$to/bin/"
  cp "$from/usr/sbin/dropbear" "$from/usr/sbin/qemu-ga" "$to/usr/sbin/"
  cp -L "$from/lib64/ld-linux-x86-64.so.2" "$to/lib64/"
  for program in dropbear qemu-ga; do
    "$from/lib64/ld-linux-x86-64.so.2" --library-path "$from/$libraries:$from/usr/$libraries" --list "$from/usr/sbin/$program"
  done | awk '$2 == "=>" { print $3 }' | sort -u | while read -r library; do cp -L "$library" "$to/$libraries/"; done
}

# The files under guest/ that are programs, by where they go.
copy_scripts() {
  local to=$1
  install -m 755 "$recipe/init" "$to/init"
  install -m 755 "$recipe/interface-up" "$recipe/lease" "$recipe/plugged" "$recipe/shutdown" "$to/sbin/"
  install -m 644 "$recipe/modules" "$to/etc/modules"
  install -D -m 755 "$recipe/shutdown" "$to/etc/acpi/PWRF/00000080"
}

accounts() {
  local to=$1
  echo 'root:x:0:0:root:/root:/bin/sh' >"$to/etc/passwd"
  echo 'root:x:0:' >"$to/etc/group"
  echo 'root::19000:0:99999:7:::' >"$to/etc/shadow"
  echo /bin/sh >"$to/etc/shells"
}

tree() {
  local from=$1 to=$2 applet
  mkdir -p "$to"/{bin,sbin,dev,proc,sys,etc/dropbear,root,run,tmp,mnt,usr/bin,usr/sbin,var}
  ln -s ../run "$to/var/run"
  copy_programs "$from" "$to"
  for applet in $("$from/bin/busybox" --list); do
    [ "$applet" = busybox ] || ln -s /bin/busybox "$to/bin/$applet"
  done
  copy_modules "$from" "$to"
  copy_scripts "$to"
  accounts "$to"
}

build() {
  work=$(mktemp -d "$cache/guest-work.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  say "guest: fetching packages"
  fetch "$work/packages"
  say "guest: packing"
  tree "$work/packages" "$work/tree"
  (cd "$work/tree" && find . | LC_ALL=C sort | cpio -o -H newc --quiet -R 0:0) >"$work/initramfs"
  cp "$work"/packages/boot/vmlinuz-* "$work/vmlinuz"
  # Renamed into place: a running lab shows this very folder to its hosts.
  chmod 644 "$work/vmlinuz" "$work/initramfs"
  mv "$work/vmlinuz" "$work/initramfs" "$out/"
  printf '%s\n' "$1" >"$out/.recipe"
}

main() {
  local key start=$SECONDS
  key=$(fingerprint)
  mkdir -p "$out"
  if [ "$(cat "$out/.recipe" 2>/dev/null)" = "$key" ]; then say "guest: up to date"; return; fi
  need_root
  "$lab_dir/packages.sh"
  exec 9>"$out/.lock"
  flock 9
  if [ "$(cat "$out/.recipe" 2>/dev/null)" = "$key" ]; then say "guest: up to date"; return; fi
  build "$key"
  say "guest: built in $((SECONDS - start)) s: $out/vmlinuz, $out/initramfs"
}

main
