#!/bin/bash
# Called by mmdebstrap with the new root when all packages are in it.
set -euo pipefail
root=$1

printf 'localhost\n' >"$root/etc/hostname"
: >"$root/etc/machine-id"
printf 'LABEL=cloudimg-rootfs / ext4 defaults,noatime 0 0\n' >"$root/etc/fstab"
rm -f "$root"/etc/ssh/ssh_host_*
ln -sf ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"

cat >"$root/etc/cloud/cloud.cfg.d/90_lab.cfg" <<EOF
# The lab gives a NoCloud disc and nothing else: asking for other clouds costs a minute where there is no KVM.
datasource_list: [NoCloud, None]
# An RSA key takes longer than the rest of the boot there.
ssh_genkeytypes: [ed25519]
apt_preserve_sources_list: true
system_info:
  network:
    renderers: [networkd]
# Debian's lists without what does nothing here (other clouds, configuration managers, grub): each import costs without KVM.
cloud_init_modules: [seed_random, bootcmd, write-files, growpart, resizefs, disk_setup, mounts, set_hostname,
  update_hostname, update_etc_hosts, ca-certs, users-groups, ssh]
cloud_config_modules: [ssh-import-id, set-passwords, apt-configure, ntp, timezone, runcmd]
cloud_final_modules: [package-update-upgrade-install, write-files-deferred, scripts-vendor, scripts-per-once,
  scripts-per-boot, scripts-per-instance, scripts-user, ssh-authkey-fingerprints, phone-home, final-message,
  power-state-change]
EOF
printf 'datasource: NoCloud\n' >"$root/etc/cloud/ds-identify.cfg"

# Debian leaves it off: without it the address that cloud-init configured is never asked for.
chroot "$root" systemctl -q enable systemd-networkd.service systemd-resolved.service

# What a machine that lives for an hour has no use for.
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer \
  getty@tty1.service systemd-timesyncd.service systemd-pstore.service dev-hugepages.mount dev-mqueue.mount \
  sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount \
  proc-sys-fs-binfmt_misc.automount systemd-binfmt.service cloud-init-hotplugd.socket modprobe@drm.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
