/** A pool: where volumes are kept. */
import {
  attr,
  between,
  bool,
  child,
  element,
  inside,
  leaf,
  list,
  type Of,
  oneOf,
  own,
  size,
  sole,
  text,
  yesNo,
} from "../vocabulary";
import { AuthRef, Permissions } from "./common";
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
const Device = element(
  "device",
  "A device of the storage.",
  {
    path: attr(text, "Path on the host, or an iSCSI target."),
    partSeparator: attr(yesNo, "Partitions are named with a `p`.", { as: "part_separator" }),
  },
  { named: "PoolDevice" },
);
const Adapter = element(
  "adapter",
  "A SCSI adapter of the host.",
  {
    type: attr(oneOf("scsi_host", "fc_host"), "Its kind."),
    name: attr(text, "Its name: `scsi_host0`."),
    parent: attr(text, "The adapter under a virtual one."),
    managed: attr(yesNo, "Libvirt takes the virtual one away."),
    wwnn: attr(text, "World-wide node name."),
    wwpn: attr(text, "World-wide port name."),
  },
  { named: "PoolAdapter" },
);
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
    format: sole("type", text, "The format: `nfs`, `ext4`, `gpt`, `lvm2`, …", { filled: true }),
    protocol: sole("ver", text, "Version of NFS.", { since: "5.1.0" }),
    vendor: sole("name", text, "The maker of the storage."),
    product: sole("name", text, "Its product name."),
    auth: child(AuthRef),
  },
  { named: "PoolSource", filled: true },
);

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
      { lands: "replace" },
    ),
    name: leaf(objectName, "Its name on the host; the resource's name and a suffix if left out.", { lands: "replace" }),
    uuid: leaf(uuid, "Its UUID; made up once if left out.", { lands: "replace" }),
    capacity: leaf(size("bytes"), "What it can hold.", { reported: true }),
    allocation: leaf(size("bytes"), "What is taken.", { reported: true }),
    available: leaf(size("bytes"), "What is free.", { reported: true }),
    ...inside("features", { cow: sole("state", yesNo, "Copy-on-write of the file system.", { since: "6.2.0" }) }),
    source: child(PoolSource),
    ...inside("target", {
      path: leaf(text, "Its directory on the host: `/var/lib/libvirt/images`.", { lands: "replace" }),
      permissions: child(Permissions),
    }),
    ...inside("refresh", {
      ...inside("volume", {
        refreshAllocation: sole("mode", oneOf("default", "capacity"), "How the space that a volume takes is found.", {
          as: "allocation",
          since: "5.2.0",
        }),
      }),
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
