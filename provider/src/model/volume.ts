/** A volume: a disk image in a pool. */
import {
  asset,
  attr,
  bool,
  bytes,
  child,
  digits,
  element,
  inside,
  leaf,
  list,
  mark,
  type Of,
  oneOf,
  own,
  size,
  sole,
  text,
} from "../vocabulary";
import { Permissions } from "./common";
import { hatch, whereabouts } from "./lifecycle";
import { objectName, volumeName } from "./names";
import { Encryption } from "./source";

export const VolumeSource = element(
  "source",
  "What the volume is filled with when it is made.",
  {
    url: own(
      text,
      "An `https`, `http` or `ftp` URL, fetched by the host; or a `file` URL of the machine that runs Pulumi: `file:///images/base.qcow2`.",
    ),
    asset: own(asset, "A file or text of the program's, sent through the connection."),
    content: own(text, "The content itself."),
    volume: own(text, "The id of a volume to copy: `pool/name`."),
    checksum: own(
      text,
      "What the fetched bytes must have: `sha256:…` or `sha512:…`. Nothing is left of an image that does not.",
    ),
    decompress: own(
      oneOf("auto", "none", "gz", "xz", "zst", "bz2"),
      "How it is compressed; `auto` (default) goes by the name.",
    ),
    format: own(
      oneOf("raw", "qcow2", "vmdk", "vdi", "vpc"),
      "The format of the source; read from its first bytes if left out.",
    ),
    via: own(oneOf("host", "client"), "Who fetches a URL: the host (default) or the machine that runs Pulumi."),
  },
  {
    named: "VolumeSource",
    lands: "replace",
    rule: (value) => {
      const said = ["url", "asset", "content", "volume"].filter((key) => value[key] !== undefined);
      return said.length === 1 ? [] : [{ path: [], reason: "must have exactly one of url, asset, content and volume" }];
    },
  },
);
export const VolumeBacking = element(
  "backing",
  "The volume on which this one lies: it keeps only what differs.",
  {
    volume: own(text, "Its id: `pool/name`.", { required: true }),
  },
  { named: "VolumeBacking", lands: "replace" },
);
const Timestamps = element(
  "timestamps",
  "When the file was touched.",
  {
    atime: leaf(text, "Last read."),
    mtime: leaf(text, "Last written."),
    ctime: leaf(text, "Last change of its owner or mode."),
    btime: leaf(text, "Made."),
  },
  { named: "VolumeTimestamps" },
);

/** Images, file systems of volumes on partitions and disks, and the kinds of partition of a `disk` pool. */
const formats = oneOf(
  ...[
    "raw",
    "qcow2",
    "qed",
    "vmdk",
    "vdi",
    "vpc",
    "vhd",
    "iso",
    "luks",
    "ploop",
    "bochs",
    "cloop",
    "dmg",
    "cow",
    "qcow",
  ],
  ...["dir", "fat", "none", "unknown", "auto"],
  ...["ext2", "ext3", "ext4", "ufs", "iso9660", "udf", "gfs", "gfs2", "vfat", "hfs+", "xfs", "ocfs2", "vmfs"],
  ...["linux", "fat16", "fat32", "linux-swap", "linux-lvm", "linux-raid", "extended"],
);
const Extent = element(
  "extent",
  "A part of the device.",
  {
    start: attr(digits, "Its first byte."),
    end: attr(digits, "The byte after its last."),
  },
  { named: "VolumeExtent" },
);
const SourceDevice = element(
  "device",
  "A device that the volume lies on.",
  {
    path: attr(text, "Path on the host."),
    extents: list(child(Extent), (e) => e.start),
  },
  { named: "VolumeSourceDevice" },
);
const BackingStore = element(
  "backingStore",
  "The image under this one, by path; `backing` is the better way to say it.",
  {
    path: leaf(text, "Its path on the host."),
    format: sole("type", formats, "Its format.", { filled: true, wordsSince: { vmfs: "6.0.0" } }),
    permissions: child(Permissions),
    timestamps: child(Timestamps, { reported: true }),
  },
  { named: "VolumeBackingStore", lands: "replace" },
);
const [LEAST_CLUSTER, MOST_CLUSTER] = [512n, 2n * 1024n * 1024n];
const clusterSize = {
  ...size("bytes"),
  fault: (value: string): string | undefined => {
    const is = bytes(value);
    if (is === undefined) return size("bytes").fault?.(value);
    const fits = is >= LEAST_CLUSTER && is <= MOST_CLUSTER && (is & (is - 1n)) === 0n;
    return fits ? undefined : `is ${JSON.stringify(value)}; it must be a power of two from 512 bytes to 2MiB`;
  },
};
export const Volume = element(
  "volume",
  "A volume: a disk image in a pool.",
  {
    pool: own(objectName, "The name of its pool.", { required: true, lands: "replace" }),
    type: attr(oneOf("file", "block", "dir", "network", "netdir", "ploop"), "What it is on the host.", {
      reported: true,
    }),
    name: leaf(volumeName, "Its name in the pool; the resource's name and a suffix if left out.", { lands: "replace" }),
    key: leaf(text, "Libvirt's own key.", { reported: true }),
    capacity: leaf(
      size("bytes", 1n),
      "What the guest sees as the disk's size: `20GiB`. Grows in place, also while a running domain uses it. The source's if left out.",
      { lands: "resize" },
    ),
    allocation: leaf(size("bytes"), "How much of it is taken on the host at once; 0 if left out.", {
      lands: "none",
      filled: true,
    }),
    physical: leaf(size("bytes"), "What it takes on the host.", { reported: true }),
    ...inside("source", {
      sourceDevices: list(child(SourceDevice, { doc: "Where on the pool's devices it lies." }), (d) => d.path, {
        reported: true,
      }),
    }),
    ...inside("target", {
      path: leaf(text, "Its path on the host.", { reported: true }),
      format: sole(
        "type",
        formats,
        "Its format; `qcow2` if left out. In a pool of type `disk` the kind of partition.",
        { lands: "replace", wordsSince: { vmfs: "6.0.0" } },
      ),
      permissions: child(Permissions, { lands: "replace" }),
      timestamps: child(Timestamps, { reported: true }),
      compat: leaf(oneOf("1.1", "0.10"), "Version of qcow2.", { lands: "replace", filled: true }),
      nocow: mark("No copy-on-write in btrfs.", { lands: "replace" }),
      clusterSize: leaf(clusterSize, "Size of a cluster of qcow2: a power of two from 512 bytes to 2 MiB.", {
        since: "7.4.0",
        lands: "replace",
        filled: true,
      }),
      ...inside("features", {
        lazyRefcounts: mark("Write reference counts late.", { as: "lazy_refcounts", lands: "replace" }),
        extendedL2: mark("Sub-clusters.", { as: "extended_l2", since: "8.0.0", lands: "replace" }),
      }),
      encryption: child(Encryption, { lands: "replace" }),
    }),
    backingStore: child(BackingStore),
    source: own(child(VolumeSource)),
    backing: own(child(VolumeBacking)),
    allowShrink: own(bool, "Let `capacity` shrink, which cuts off what is at the end.", { lands: "none" }),
    replaceData: own(bool, "Let the volume be replaced although its data would be lost.", { lands: "none" }),
    wipe: own(bool, "Overwrite the data before it is deleted.", { lands: "none" }),
    host: whereabouts,
    xml: { ...hatch, facts: { ...hatch.facts, lands: "replace" as const } },
  },
  {
    named: "VolumeDefinition",
    lands: "replace",
    rule: ({ source, backing, backingStore, capacity }) => {
      const from = [source, backing, backingStore].filter((v) => v !== undefined);
      if (from.length > 1)
        return [{ path: ["backing"], reason: "and source exclude each other: a volume is filled, or lies on another" }];
      return from.length === 0 && capacity === undefined
        ? [{ path: ["capacity"], reason: "is required where there is neither source nor backing" }]
        : [];
    },
  },
);
export type Volume = Of<typeof Volume>;
