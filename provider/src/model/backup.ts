/** A backup of a running domain's disks: pushed into files by QEMU, or pulled by others from its NBD server. */
import { attr, between, child, element, inside, leaf, list, oneOf, text, variants, yesNo } from "../vocabulary";
import { DeviceLabel } from "./common";
import { Encryption } from "./source";

const Server = element(
  "server",
  "The NBD server from which others pull.",
  {
    transport: attr(oneOf("tcp", "unix", "fd"), "`tcp` if left out.", { wordsSince: { fd: "11.3.0" } }),
    tls: attr(yesNo, "Encrypt with TLS; no if left out.", { since: "6.6.0" }),
    name: attr(text, "The address on which it listens: `localhost`."),
    port: attr(between(0, 65_535), "Its port; 10809 if left out."),
    socket: attr(text, "Path of a unix socket in the place of name and port."),
    fdgroup: attr(text, "A group of passed file descriptors in their place.", { since: "11.3.0" }),
  },
  { named: "BackupServer" },
);
/** QEMU writes no other kind of encrypted image. */
const BackupEncryption = element(
  "encryption",
  "How the image is encrypted.",
  {
    ...Encryption.shape,
    format: attr(oneOf("luks"), "The format of encryption."),
    engine: attr(oneOf("qemu"), "Who encrypts.", { filled: true, since: "7.9.0" }),
  },
  { named: "BackupEncryption", since: "6.3.0" },
);
const image = {
  ...variants({
    file: { file: attr(text, "Path of the file on the host.") },
    block: { dev: attr(text, "Path of the block device on the host.") },
  }),
  seclabels: list(child(DeviceLabel), (l) => l.model),
  encryption: child(BackupEncryption),
};
const Target = element("target", "Where the backup goes; `push` only. Beside the image if left out.", image, {
  named: "BackupTarget",
});
const Scratch = element("scratch", "Where old data are kept that the guest overwrites meanwhile; `pull` only.", image, {
  named: "BackupScratch",
});
const Disk = element(
  "disk",
  "What becomes of a disk.",
  {
    name: attr(text, "The disk, by its target: `vda`.", { required: true }),
    backup: attr(yesNo, "Whether it is backed up; yes if left out."),
    backupmode: attr(oneOf("full", "incremental"), "All of it, or what was written since `incremental`.", {
      since: "6.6.0",
    }),
    incremental: attr(text, "The checkpoint since which; that of the whole backup if left out.", { since: "6.6.0" }),
    exportname: attr(text, "Name of the disk's NBD export; its own if left out.", { since: "6.1.0" }),
    exportbitmap: attr(text, "Name of the bitmap of what changed, to those who pull.", { since: "6.1.0" }),
    type: attr(oneOf("file", "block"), "Where `target` or `scratch` is; `file` if left out."),
    driver: child(
      element(
        "driver",
        "The image that is written.",
        {
          type: attr(
            oneOf(
              ...["raw", "dir", "bochs", "cloop", "dmg", "iso", "vpc", "vdi", "fat", "vhd", "ploop", "luks"],
              ...["cow", "qcow", "qcow2", "qed", "vmdk"],
            ),
            "Its format; `qcow2` if left out, the only one for `pull`.",
          ),
        },
        { named: "BackupDiskDriver" },
      ),
    ),
    target: child(Target),
    scratch: child(Scratch),
  },
  { named: "BackupDisk", by: "type" },
);
export const Backup = element(
  "domainbackup",
  "A backup of a running domain's disks.",
  {
    mode: attr(oneOf("push", "pull"), "QEMU writes it, or others fetch it; `push` if left out."),
    incremental: leaf(text, "Only what was written since this checkpoint; all if left out."),
    server: child(Server),
    ...inside("disks", { disks: list(child(Disk), (d) => d.name, { doc: "Disks; all if left out." }) }),
  },
  { named: "BackupDefinition", since: "6.0.0", lands: "replace" },
);
