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
# The datasource is named above: to look for it costs the early boot 14 s.
printf 'policy: enabled\n' >"$root/etc/cloud/ds-identify.cfg"

# Debian leaves it off: without it the address that cloud-init configured is never asked for.
chroot "$root" systemctl -q enable systemd-networkd.service systemd-resolved.service

# What a machine that lives for an hour has no use for.
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer \
  getty@tty1.service systemd-timesyncd.service systemd-pstore.service dev-hugepages.mount dev-mqueue.mount \
  sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount sys-kernel-config.mount \
  proc-sys-fs-binfmt_misc.automount systemd-binfmt.service cloud-init-hotplugd.socket \
  modprobe@drm.service modprobe@configfs.service modprobe@dm_mod.service modprobe@loop.service modprobe@fuse.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
# Each of these is a process more before the first service, and finds nothing to do.
mkdir -p "$root/etc/systemd/system-generators"
for generator in cryptsetup debug gpt-auto hibernate-resume integritysetup rc-local run system-update sysv veritysetup; do
  ln -sf /dev/null "$root/etc/systemd/system-generators/systemd-$generator-generator"
done
# The CPU that is emulated has features whose modules test themselves for seconds.
for module in kvm kvm_amd kvm_intel powernow_k8 aesni_intel ghash_clmulni_intel crct10dif_pclmul crc32_pclmul \
  sha512_ssse3 sha256_ssse3 sha1_ssse3 cryptd evdev serio_raw sg; do printf 'install %s /bin/true\n' "$module"; done \
  >"$root/etc/modprobe.d/lab.conf"
mkdir -p "$root/etc/systemd/journald.conf.d"
printf '[Journal]\nStorage=volatile\nReadKMsg=no\nAudit=no\n' >"$root/etc/systemd/journald.conf.d/lab.conf"
