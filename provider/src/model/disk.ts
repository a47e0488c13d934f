/** Disks, drives and LUNs. */
import {
  attr,
  child,
  digits,
  element,
  type Fault,
  here,
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
import { acpiDevice, Boot, DiskAuth, driverFormats, formats, QueueIothread, userAlias, virtioDriver } from "./common";
import { BackingStore, Encryption, kinds, kindsSince, MetadataCache, Source } from "./source";
import { IoTune, throttleFilters } from "./throttle";

const LatencyHistogram = element(
  "latency-histogram",
  "Counts operations by how long they took.",
  {
    type: attr(oneOf("read", "write", "zone", "flush"), "Which operations; all of them if left out."),
    bins: list(sole("start", digits, "Nanoseconds at which each bin begins.", { as: "bin" })),
  },
  { named: "DiskLatencyHistogram", since: "12.1.0" },
);
const DiskDriver = element(
  "driver",
  "How the host runs the disk.",
  {
    name: attr(text, "Always `qemu` with QEMU.", { filled: true }),
    type: attr(driverFormats, "The image's format: `raw`, `qcow2`, …"),
    cache: attr(oneOf("default", "none", "writethrough", "writeback", "directsync", "unsafe"), "How the host caches."),
    errorPolicy: attr(oneOf("stop", "report", "ignore", "enospace"), "What an error does to the guest.", {
      as: "error_policy",
    }),
    rerrorPolicy: attr(oneOf("stop", "report", "ignore"), "The same for reads.", { as: "rerror_policy" }),
    io: attr(oneOf("threads", "native", "io_uring"), "How the host does I/O.", { wordsSince: { io_uring: "6.3.0" } }),
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
    ...inside("iothreads", { iothreads: list(child(QueueIothread), (t) => t.id, { since: "10.0.0" }) }),
    metadataCache: child(MetadataCache),
    ...inside("statistics", {
      statistics: list(
        sole("interval", positive, "Seconds over which QEMU counts operations.", { as: "statistic" }),
        [],
        {
          since: "11.9.0",
        },
      ),
      latencyHistograms: list(child(LatencyHistogram), (h) => h.type ?? "all"),
    }),
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
    bus: attr(oneOf("ide", "fdc", "scsi", "virtio", "xen", "usb", "sata", "sd", "uml", "nvme"), "The bus.", {
      wordsSince: { nvme: "11.5.0" },
    }),
    tray: attr(oneOf("open", "closed"), "The tray of a drive."),
    removable: attr(onOff, "A USB disk that says it is removable."),
    rotationRate: attr(natural, "Turns a minute; 1 says that it is an SSD.", { as: "rotation_rate", since: "7.3.0" }),
    dpofua: attr(onOff, "Whether the guest may force single writes to the medium.", { since: "11.10.0" }),
  },
  { named: "DiskTarget", lands: "boot" },
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
    discardGranularity: attr(natural, "Bytes that can be discarded at once, as the disk says.", {
      as: "discard_granularity",
      since: "9.7.0",
    }),
  },
  { named: "DiskBlockIo" },
);
const mirrorFormat = inside("format", {
  format: attr(formats, "Format of the target.", { as: "type" }),
  metadataCache: child(MetadataCache),
});
const Mirror = element(
  "mirror",
  "Where a running copy of the disk goes; libvirt's own.",
  {
    type: attr(kinds, "Kind of its target.", { wordsSince: kindsSince }),
    job: attr(oneOf("copy", "active-commit"), "What is running."),
    ready: attr(oneOf("yes", "abort", "pivot"), "How far it is."),
    file: attr(text, "Path of the target; an older spelling."),
    fileFormat: attr(formats, "Format of the target; an older spelling.", { as: "format" }),
    ...mirrorFormat,
    source: child(Source),
    backingStore: child(BackingStore, { since: "5.3.0" }),
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
    snapshot: attr(oneOf("no", "internal", "external", "manual"), "What a snapshot of the domain does to it.", {
      wordsSince: { manual: "8.2.0" },
    }),
    driver: child(DiskDriver),
    auth: child(DiskAuth),
    source: child(Source, { lands: "media" }),
    backingStore: child(BackingStore),
    mirror: child(Mirror, { reported: true }),
    target: child(DiskTarget),
    iotune: child(IoTune, { lands: "update" }),
    readonly: mark("The guest cannot write."),
    shareable: mark("Several guests may use it at once."),
    ...inside("transient", {
      transient: here("Forget what was written when the guest stops."),
      transientShareBacking: attr(yesNo, "Several running guests share the image under it.", {
        as: "shareBacking",
        since: "7.4.0",
      }),
    }),
    backenddomain: sole("name", text, "The domain in which the disk's driver runs; Xen only.", { only: ["xen"] }),
    ...throttleFilters,
    serial: leaf(text, "Serial number that the guest reads; `/dev/disk/by-id` in Linux."),
    wwn: leaf(text, "World-wide name that the guest reads: 16 hexadecimal digits."),
    vendor: leaf(text, "Vendor that the guest reads: at most 8 characters."),
    product: leaf(text, "Product that the guest reads: at most 16 characters."),
    encryption: child(Encryption),
    boot: child(Boot),
    geometry: child(Geometry),
    blockio: child(BlockIo),
    ...acpiDevice,
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
