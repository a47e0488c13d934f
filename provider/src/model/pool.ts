/** A pool: where volumes are kept. */
import {
  attr,
  between,
  bool,
  child,
  digits,
  element,
  inside,
  leaf,
  like,
  list,
  type Of,
  oneOf,
  own,
  positive,
  size,
  sole,
  text,
  yesNo,
} from "../vocabulary";
import { AuthRef, PciAddress, Permissions } from "./common";
import { hatch, whereabouts } from "./lifecycle";
import { objectName, uuid } from "./names";

const Host = element(
  "host",
  "A server of the storage.",
  {
    name: attr(text, "Its name or address."),
    port: attr(between(0, 65_535), "Its port."),
  },
  { named: "PoolHost" },
);
const Extent = element(
  "freeExtent",
  "A part of the device that no volume takes.",
  {
    start: attr(digits, "Its first byte."),
    end: attr(digits, "The byte after its last."),
  },
  { named: "PoolFreeExtent" },
);
const Device = element(
  "device",
  "A device of the storage.",
  {
    path: attr(text, "Path on the host, or an iSCSI target."),
    partSeparator: attr(
      yesNo,
      "Partitions are named with a `p` before their number; `disk` only. Yes if left out where the path ends in a digit.",
      { as: "part_separator" },
    ),
    freeExtents: list(child(Extent), (e) => e.start, { reported: true }),
  },
  { named: "PoolDevice" },
);
const ParentAddress = element(
  "parentaddr",
  "The adapter by its PCI address, which stays when `scsi_hostN` is numbered anew.",
  {
    uniqueId: attr(positive, "Its number in `/sys/class/scsi_host/hostN/unique_id`, where one device has several.", {
      as: "unique_id",
    }),
    address: child(PciAddress, { doc: "The PCI address." }),
  },
  { named: "PoolAdapterParent" },
);
const wwn = like(/^(0x)?[0-9a-fA-F]{16}$/, "a world-wide name: sixteen hexadecimal digits");
const Adapter = element(
  "adapter",
  "A SCSI adapter of the host.",
  {
    type: attr(oneOf("scsi_host", "fc_host"), "Its kind; `scsi_host` if left out."),
    name: attr(text, "Its name: `scsi_host0`; not for `fc_host`."),
    parent: attr(text, "The adapter under a virtual one: `scsi_host3`; `fc_host` only."),
    parentWwnn: attr(wwn, "The adapter under a virtual one by its node's name; goes with `parentWwpn`.", {
      as: "parent_wwnn",
    }),
    parentWwpn: attr(wwn, "The adapter under a virtual one by its port's name; goes with `parentWwnn`.", {
      as: "parent_wwpn",
    }),
    parentFabricWwn: attr(wwn, "The adapter under a virtual one by its fabric's name.", {
      as: "parent_fabric_wwn",
    }),
    managed: attr(yesNo, "Libvirt takes the virtual one away when the pool stops; `fc_host` only."),
    wwnn: attr(wwn, "World-wide node name of the virtual one; `fc_host` only."),
    wwpn: attr(wwn, "World-wide port name of the virtual one; `fc_host` only."),
    parentaddr: child(ParentAddress),
  },
  { named: "PoolAdapter" },
);
const ConfigOption = element(
  "option",
  "An option of Ceph's client.",
  {
    name: attr(text, "Its name: `client_mount_timeout`.", { required: true }),
    value: attr(text, "Its value.", { required: true }),
  },
  { named: "PoolConfigOption" },
);
/** Libvirt's schema has these within the format, and its daemon beside it: it reads and writes none here. */
const misplaced = {
  formatVendor: sole("name", text, "The maker of the storage, where nobody reads it.", {
    as: "vendor",
    reported: true,
  }),
  formatProduct: sole("name", text, "Its product name, where nobody reads it.", { as: "product", reported: true }),
};
export const PoolSource = element(
  "source",
  "What the pool is made of; a `dir` has none.",
  {
    hosts: list(child(Host), (h) => `${h.name}:${h.port ?? ""}`),
    devices: list(child(Device), (d) => d.path),
    dir: sole("path", text, "Directory on the server."),
    adapter: child(Adapter),
    name: leaf(text, "Name of the storage: a volume group, a Ceph pool, …", { filled: true }),
    initiator: child(
      element(
        "initiator",
        "Who we are to the target.",
        { iqn: sole("name", text, "Our IQN.") },
        { named: "PoolInitiator" },
      ),
    ),
    ...inside("format", {
      format: attr(
        oneOf(
          ...["auto", "unknown"],
          ...["ext2", "ext3", "ext4", "ufs", "iso9660", "udf", "gfs", "gfs2", "vfat", "hfs+", "xfs", "ocfs2", "vmfs"],
          ...["nfs", "cifs", "glusterfs"],
          ...["dos", "dvh", "gpt", "mac", "bsd", "pc98", "sun"],
          "lvm2",
        ),
        "Of `fs` the file system (`auto` if left out), of `netfs` how the server speaks (`auto`, which is NFS), of `disk` the partition table (`dos`; `unknown` finds it), of `logical` `lvm2`.",
        { as: "type", filled: true, wordsSince: { vmfs: "6.0.0" } },
      ),
      ...misplaced,
    }),
    protocol: sole(
      "ver",
      like(/^[\d.]+$/, "a version such as 4.2"),
      "Version of NFS; what host and server agree on if left out.",
      {
        since: "5.1.0",
      },
    ),
    vendor: sole("name", text, "The maker of the storage."),
    product: sole("name", text, "Its product name."),
    auth: child(AuthRef),
  },
  { named: "PoolSource", filled: true },
);

const filesystem = "http://libvirt.org/schemas/storagepool/fs/1.0";
const rbd = "http://libvirt.org/schemas/storagepool/rbd/1.0";

export const Pool = element(
  "pool",
  "A pool: where volumes are kept.",
  {
    type: attr(
      oneOf(
        "dir",
        "fs",
        "netfs",
        "logical",
        "disk",
        "iscsi",
        "iscsi-direct",
        "scsi",
        "mpath",
        "rbd",
        "sheepdog",
        "gluster",
        "zfs",
        "vstorage",
      ),
      "What keeps the volumes: `dir` (default) is a directory of the host.",
      { lands: "replace", wordsSince: { "iscsi-direct": "4.7.0", vstorage: "3.1.0" } },
    ),
    name: leaf(objectName, "Its name on the host; the resource's name and a suffix if left out.", { lands: "replace" }),
    uuid: leaf(uuid, "Its UUID; made up once if left out.", { lands: "replace" }),
    capacity: leaf(size("bytes"), "What it can hold.", { reported: true }),
    allocation: leaf(size("bytes"), "What is taken.", { reported: true }),
    available: leaf(size("bytes"), "What is free.", { reported: true }),
    ...inside("features", { cow: sole("state", yesNo, "Copy-on-write of the file system.", { since: "6.6.0" }) }),
    source: child(PoolSource),
    ...inside("target", {
      path: leaf(text, "Its directory on the host: `/var/lib/libvirt/images`.", { lands: "replace" }),
      permissions: child(Permissions),
    }),
    ...inside("refresh", {
      ...inside("volume", {
        refreshAllocation: attr(
          oneOf("default", "capacity"),
          "How the space that a volume takes is found: by asking the server, or, faster, as its `capacity`; `rbd` only. `default` if left out.",
          { as: "allocation", since: "5.2.0" },
        ),
      }),
    }),
    ...inside(`{${filesystem}}mount_opts`, {
      mountOptions: list(
        sole(
          "name",
          text,
          "Options with which it is mounted: `noatime`; `fs` and `netfs` only. Libvirt checks none of them.",
          {
            as: `{${filesystem}}option`,
            since: "5.1.0",
          },
        ),
      ),
    }),
    ...inside(`{${rbd}}config_opts`, {
      configOptions: list(
        child(ConfigOption, {
          doc: "Options of Ceph's client; `rbd` only. Libvirt checks none of them.",
          as: `{${rbd}}option`,
          since: "5.1.0",
        }),
        (o) => o.name,
      ),
    }),
    autostart: own(bool, "Start it with the host; on by default.", { lands: "autostart" }),
    active: own(bool, "Whether it runs now; it does if left out.", { lands: "power" }),
    build: own(bool, "Make the directory, or format what must be; on by default for directories.", { lands: "none" }),
    deleteContents: own(
      bool,
      "Delete also what is in it that the provider did not make. Otherwise a pool that is not empty is left on the disk, and only libvirt forgets it.",
      { lands: "none" },
    ),
    host: whereabouts,
    xml: { ...hatch, facts: { ...hatch.facts, lands: "define" as const } },
  },
  { named: "PoolDefinition", lands: "define" },
);
export type Pool = Of<typeof Pool>;
