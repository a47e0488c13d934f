/** Disks, drives and LUNs. */
import {
  attr,
  child,
  digits,
  element,
  type Fault,
  inside,
  leaf,
  list,
  mark,
  natural,
  type Of,
  oneOf,
  onOff,
  positive,
  short,
  shortPair,
  sole,
  text,
  yesNo,
} from "../vocabulary";
import { Boot, DiskAuth, device, userAlias, virtioDriver } from "./common";
import { BackingStore, Encryption, kinds, kindsSince, MetadataCache, Source } from "./source";

const DiskIothread = element(
  "iothread",
  "An I/O thread and the queues that it serves.",
  {
    id: attr(positive, "The thread."),
    queues: list(sole("id", natural, "Queues of it.", { as: "queue" })),
  },
  { named: "DiskIothread" },
);
const DiskDriver = element(
  "driver",
  "How the host runs the disk.",
  {
    name: attr(text, "Always `qemu` with QEMU.", { filled: true }),
    type: attr(text, "The image's format: `raw`, `qcow2`, …"),
    cache: attr(oneOf("default", "none", "writethrough", "writeback", "directsync", "unsafe"), "How the host caches."),
    errorPolicy: attr(oneOf("stop", "report", "ignore", "enospace"), "What an error does to the guest.", {
      as: "error_policy",
    }),
    rerrorPolicy: attr(oneOf("stop", "report", "ignore"), "The same for reads.", { as: "rerror_policy" }),
    io: attr(oneOf("threads", "native", "io_uring"), "How the host does I/O."),
    ioeventfd: attr(onOff, "Notify QEMU through an eventfd."),
    eventIdx: attr(onOff, "Fewer interrupts.", { as: "event_idx" }),
    copyOnRead: attr(onOff, "Copy what is read from the backing image into this one.", { as: "copy_on_read" }),
    discard: attr(oneOf("unmap", "ignore"), "Whether TRIM reaches the image."),
    discardNoUnref: attr(onOff, "Keep the place of what was discarded in a qcow2 image.", {
      as: "discard_no_unref",
      since: "9.5.0",
    }),
    detectZeroes: attr(oneOf("on", "off", "unmap"), "Whether written zeroes become holes.", { as: "detect_zeroes" }),
    iothread: attr(positive, "The I/O thread that serves it."),
    queues: attr(positive, "Number of queues.", { since: "3.9.0" }),
    queueSize: attr(positive, "Length of a queue.", { as: "queue_size", since: "7.8.0" }),
    ...virtioDriver,
    ...inside("iothreads", { iothreads: list(child(DiskIothread), (t) => t.id, { since: "10.0.0" }) }),
    metadataCache: child(MetadataCache),
  },
  { named: "DiskDriver" },
);
const DiskTarget = element(
  "target",
  "What the guest sees.",
  {
    dev: attr(text, "Its name in libvirt: `vda`, `sdb`, … It identifies the disk; the guest may call it otherwise.", {
      once: "target",
    }),
    bus: attr(oneOf("ide", "fdc", "scsi", "virtio", "xen", "usb", "sata", "sd", "uml"), "The bus."),
    tray: attr(oneOf("open", "closed"), "The tray of a drive."),
    removable: attr(onOff, "A USB disk that says it is removable."),
    rotationRate: attr(natural, "Turns a minute; 1 says that it is an SSD.", { as: "rotation_rate", since: "7.3.0" }),
  },
  { named: "DiskTarget", lands: "boot" },
);
const limit = (name: string, doc: string, since?: string) =>
  leaf(digits, doc, { as: name, ...(since ? { since } : {}) });
const IoTune = element(
  "iotune",
  "Limits of throughput; 0 is none.",
  {
    totalBytesSec: limit("total_bytes_sec", "Bytes a second."),
    readBytesSec: limit("read_bytes_sec", "Bytes read a second."),
    writeBytesSec: limit("write_bytes_sec", "Bytes written a second."),
    totalIopsSec: limit("total_iops_sec", "Operations a second."),
    readIopsSec: limit("read_iops_sec", "Reads a second."),
    writeIopsSec: limit("write_iops_sec", "Writes a second."),
    totalBytesSecMax: limit("total_bytes_sec_max", "Bytes a second in a burst."),
    readBytesSecMax: limit("read_bytes_sec_max", "Bytes read a second in a burst."),
    writeBytesSecMax: limit("write_bytes_sec_max", "Bytes written a second in a burst."),
    totalIopsSecMax: limit("total_iops_sec_max", "Operations a second in a burst."),
    readIopsSecMax: limit("read_iops_sec_max", "Reads a second in a burst."),
    writeIopsSecMax: limit("write_iops_sec_max", "Writes a second in a burst."),
    sizeIopsSec: limit("size_iops_sec", "Bytes that count as one operation."),
    groupName: leaf(text, "Disks of one group share the limits.", { as: "group_name", since: "3.0.0" }),
    totalBytesSecMaxLength: limit("total_bytes_sec_max_length", "Seconds that a burst may last.", "2.4.0"),
    readBytesSecMaxLength: limit("read_bytes_sec_max_length", "Seconds that a burst of reads may last.", "2.4.0"),
    writeBytesSecMaxLength: limit("write_bytes_sec_max_length", "Seconds that a burst of writes may last.", "2.4.0"),
    totalIopsSecMaxLength: limit("total_iops_sec_max_length", "Seconds that a burst of operations may last.", "2.4.0"),
    readIopsSecMaxLength: limit(
      "read_iops_sec_max_length",
      "Seconds that a burst of read operations may last.",
      "2.4.0",
    ),
    writeIopsSecMaxLength: limit(
      "write_iops_sec_max_length",
      "Seconds that a burst of write operations may last.",
      "2.4.0",
    ),
  },
  { named: "DiskIoTune", lands: "update" },
);
const Geometry = element(
  "geometry",
  "A forced geometry.",
  {
    cyls: attr(natural, "Cylinders."),
    heads: attr(natural, "Heads."),
    secs: attr(natural, "Sectors."),
    trans: attr(oneOf("auto", "none", "lba"), "BIOS translation."),
  },
  { named: "DiskGeometry" },
);
const BlockIo = element(
  "blockio",
  "Sizes of blocks.",
  {
    logicalBlockSize: attr(natural, "Bytes of a sector, as the guest sees it.", { as: "logical_block_size" }),
    physicalBlockSize: attr(natural, "Bytes that the disk writes at once, as it says.", { as: "physical_block_size" }),
  },
  { named: "DiskBlockIo" },
);
const Mirror = element(
  "mirror",
  "Where a running copy of the disk goes; libvirt's own.",
  {
    type: attr(kinds, "Kind of its target.", { wordsSince: kindsSince }),
    job: attr(oneOf("copy", "active-commit"), "What is running."),
    ready: attr(oneOf("yes", "abort", "pivot"), "How far it is."),
    file: attr(text, "Path of the target; an older spelling."),
    format: sole("type", text, "Format of the target."),
    source: child(Source),
  },
  { named: "DiskMirror", by: "type" },
);

export const Disk = element(
  "disk",
  "A disk, a drive or a LUN.",
  {
    volume: shortPair(
      "volume",
      ["source.pool", "source.volume"],
      "/",
      'The id of a volume, `pool/name`: short for `type: "volume"` and a `source`.',
    ),
    file: short("file", "source.file", 'Path of an image on the host: short for `type: "file"` and a `source`.'),
    block: short(
      "block",
      "source.dev",
      'Path of a block device on the host: short for `type: "block"` and a `source`.',
    ),
    type: attr(kinds, "Where its data are.", { lands: "media", wordsSince: kindsSince }),
    device: attr(oneOf("disk", "cdrom", "floppy", "lun"), "What the guest sees; `disk` if left out."),
    model: attr(
      oneOf("virtio", "virtio-transitional", "virtio-non-transitional", "usb-storage", "usb-bot"),
      "The kind of the emulated device.",
      { since: "5.2.0", wordsSince: { "usb-storage": "11.5.0", "usb-bot": "11.5.0" } },
    ),
    rawio: attr(yesNo, "Raw SCSI commands.", { only: ["qemu"] }),
    sgio: attr(oneOf("filtered", "unfiltered"), "Which SCSI commands the guest may send."),
    snapshot: attr(oneOf("no", "internal", "external", "manual"), "What a snapshot of the domain does to it."),
    driver: child(DiskDriver),
    auth: child(DiskAuth),
    source: child(Source, { lands: "media" }),
    backingStore: child(BackingStore),
    mirror: child(Mirror, { reported: true }),
    target: child(DiskTarget),
    iotune: child(IoTune),
    readonly: mark("The guest cannot write."),
    shareable: mark("Several guests may use it at once."),
    transient: mark("Forget what was written when the guest stops."),
    serial: leaf(text, "Serial number that the guest reads; `/dev/disk/by-id` in Linux."),
    wwn: leaf(text, "World-wide name that the guest reads: 16 hexadecimal digits."),
    vendor: leaf(text, "Vendor that the guest reads: at most 8 characters."),
    product: leaf(text, "Product that the guest reads: at most 16 characters."),
    encryption: child(Encryption),
    boot: child(Boot),
    geometry: child(Geometry),
    blockio: child(BlockIo),
    ...device,
  },
  { by: "type", lands: "boot" },
);
export type Disk = Of<typeof Disk>;

/** Disks of a domain that say nothing of their data: only a drive can be empty. An edit of the XML may say what no property can. */
export function withoutData({ disks, xml }: Readonly<Record<string, unknown>>): Fault[] {
  if (!Array.isArray(disks) || xml !== undefined) return [];
  return disks.flatMap((disk: unknown, i) =>
    isWithoutData(disk) ? [{ path: ["disks", i], reason: missingData }] : [],
  );
}
const missingData =
  "says nothing of its data: give volume, file, block, or type and source; or make it an empty drive with device: cdrom or floppy";
function isWithoutData(disk: unknown): boolean {
  if (typeof disk !== "object" || disk === null) return false;
  const { device: seen = "disk", source, volume, file, block } = disk as Readonly<Record<string, unknown>>;
  const empty =
    source === undefined || (typeof source === "object" && source !== null && Object.keys(source).length === 0);
  return (seen === "disk" || seen === "lun") && empty && [volume, file, block].every((said) => said === undefined);
}

/** What identifies a disk, the best first. */
export const diskKeys = [
  (d: Disk) => userAlias(d.alias),
  (d: Disk) => d.target?.dev,
  (d: Disk) =>
    d.source?.file ??
    d.source?.dev ??
    (d.source?.volume === undefined ? undefined : `${d.source.pool}/${d.source.volume}`),
];
