#!/bin/bash
# Called by mmdebstrap with the new root before the kernel is installed: its initramfs holds exactly what a root on virtio needs,
# and what shows a NoCloud disc on virtio-scsi before cloud-init looks for one.
set -euo pipefail
root=$1

mkdir -p "$root/etc/initramfs-tools/conf.d" "$root/usr/share/initramfs-tools/modules.d"
printf 'MODULES=list\nCOMPRESS=zstd\nCOMPRESSLEVEL=1\nRESUME=none\nFSTYPE=ext4\n' >"$root/etc/initramfs-tools/conf.d/lab"
printf '%s\n' virtio_pci virtio_blk virtio_scsi sd_mod sr_mod isofs virtio_net virtio_console virtio_rng ext4 \
  >"$root/usr/share/initramfs-tools/modules.d/lab"
