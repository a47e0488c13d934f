/** Directories of the host that the guest sees. */
import { attr, child, element, leaf, mark, natural, oneOf, onOff, positive, size, sole, text } from "../vocabulary";
import { acpiDevice, Boot, containers, formats, virtioDriver } from "./common";
import { IdMap } from "./idmap";

const FilesystemDriver = element(
  "driver",
  "How the host serves it.",
  {
    type: attr(
      oneOf("path", "handle", "loop", "nbd", "ploop", "virtiofs", "mtp"),
      "The back end: `virtiofs` is the fast one, and needs shared memory.",
      { wordsSince: { mtp: "10.2.0", virtiofs: "6.2.0" } },
    ),
    format: attr(formats, "Format of an image; containers only."),
    wrpolicy: attr(oneOf("immediate"), "When writes reach the disk; `path` only."),
    queue: attr(positive, "Length of the queue; virtiofs only.", { since: "6.2.0" }),
    ...virtioDriver,
  },
  { named: "FilesystemDriver" },
);
const BinaryCache = sole("mode", oneOf("none", "always"), "What the guest may cache.");
const Lock = element(
  "lock",
  "Locks that the host honours.",
  { posix: attr(onOff, "POSIX."), flock: attr(onOff, "flock.") },
  { named: "VirtiofsLock" },
);
const Binary = element(
  "binary",
  "The virtiofs daemon.",
  {
    path: attr(text, "Its path on the host."),
    xattr: attr(onOff, "Extended attributes."),
    cache: BinaryCache,
    sandbox: sole("mode", oneOf("namespace", "chroot"), "How it is confined.", { since: "7.3.0" }),
    lock: child(Lock),
    threadPool: sole("size", natural, "Threads.", { as: "thread_pool", since: "8.5.0" }),
    openfiles: sole("max", natural, "Open files at most.", { since: "10.6.0" }),
  },
  { named: "VirtiofsBinary" },
);
const FilesystemSource = element(
  "source",
  "What is shown.",
  {
    dir: attr(text, "Directory on the host."),
    file: attr(text, "Image.", { only: containers }),
    dev: attr(text, "Block device.", { only: containers }),
    name: attr(text, "Template.", { only: containers }),
    usage: attr(text, "Size of a RAM disk.", { only: containers }),
    units: attr(text, "Unit of `usage`.", { only: containers }),
    pool: attr(text, "Pool.", { only: containers }),
    volume: attr(text, "Volume.", { only: containers }),
    socket: attr(text, "Socket of a virtiofs daemon that somebody else runs.", { since: "7.3.0" }),
  },
  { named: "FilesystemSource" },
);
export const Filesystem = element(
  "filesystem",
  "A directory of the host that the guest sees.",
  {
    type: attr(
      oneOf("mount", "block", "file", "template", "ram", "bind", "volume"),
      "What is shown; `mount` if left out.",
      { filled: true },
    ),
    accessmode: attr(
      oneOf("passthrough", "mapped", "squash"),
      "As whom the guest's users act; virtiofs wants `passthrough`.",
    ),
    model: attr(oneOf("virtio", "virtio-transitional", "virtio-non-transitional"), "Kind of virtio.", {
      since: "5.2.0",
    }),
    multidevs: attr(oneOf("default", "remap", "forbid", "warn"), "What several devices in one directory mean.", {
      since: "6.3.0",
    }),
    fmode: attr(text, "Octal mode of new files; `mapped` only.", { since: "6.10.0" }),
    dmode: attr(text, "Octal mode of new directories; `mapped` only.", { since: "6.10.0" }),
    driver: child(FilesystemDriver),
    binary: child(Binary, { since: "6.2.0" }),
    source: child(FilesystemSource),
    target: sole("dir", text, "The tag by which the guest mounts it."),
    readonly: mark("The guest cannot write."),
    spaceHardLimit: leaf(size("bytes"), "Most that may be written.", { as: "space_hard_limit", only: containers }),
    spaceSoftLimit: leaf(size("bytes"), "Where warnings begin.", { as: "space_soft_limit", only: containers }),
    idmap: child(IdMap, { since: "10.0.0" }),
    boot: child(Boot, { since: "7.1.0" }),
    ...acpiDevice,
  },
  { lands: "boot" },
);
