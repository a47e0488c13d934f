/** A snapshot of a domain: its disks, and its memory if it runs. */
import { attr, child, element, inside, leaf, list, mark, oneOf, text } from "../vocabulary";
import { Cpu } from "./cpu";
import { Domain } from "./domain";
import { MetadataCache, Source } from "./source";

const Memory = element(
  "memory",
  "What becomes of the memory.",
  {
    snapshot: attr(
      oneOf("no", "internal", "external"),
      "`internal` keeps it in a disk's image, `external` in `file`. If left out: `internal` while the domain runs, `no` while it does not.",
    ),
    file: attr(text, "Path of the file on the host; `external` only."),
  },
  { named: "SnapshotMemory" },
);
const Driver = element(
  "driver",
  "The new image.",
  {
    type: attr(oneOf("cow", "qcow", "qcow2", "qed", "vmdk"), "Its format; `qcow2` if left out."),
    metadataCache: child(MetadataCache),
  },
  { named: "SnapshotDiskDriver" },
);
const Disk = element(
  "disk",
  "What becomes of a disk.",
  {
    name: attr(text, "The disk, by its target (`vda`) or the path of its image.", { required: true }),
    snapshot: attr(
      oneOf("no", "internal", "external", "manual"),
      "`internal` keeps it in the image, `external` goes on in a new one, `manual` leaves it to others; as the disk itself says if left out.",
      { wordsSince: { manual: "8.2.0" } },
    ),
    type: attr(oneOf("file", "block", "network"), "Where the new image is; `external` only. `file` if left out."),
    driver: child(Driver),
    source: child(Source, { doc: "The new image; made beside the old one if left out." }),
    snapshotDeleteInProgress: mark("The snapshot is being deleted.", { since: "9.1.0" }),
  },
  { named: "SnapshotDisk", by: "type" },
);
const Cookie = element(
  "cookie",
  "What the driver noted for itself.",
  { cpu: child(Cpu, { doc: "The processor as QEMU made it." }), slirpHelper: mark("A helper ran the user network.") },
  { named: "SnapshotCookie" },
);
export const Snapshot = element(
  "domainsnapshot",
  "A snapshot of a domain.",
  {
    name: leaf(text, "Its name; the time if left out."),
    description: leaf(text, "A description for people."),
    state: leaf(
      oneOf("running", "blocked", "paused", "shutdown", "shutoff", "crashed", "disk-snapshot"),
      "What the domain did; `disk-snapshot` is one of disks alone.",
      { reported: true },
    ),
    creationTime: leaf(text, "When it was made: seconds since 1970.", { reported: true }),
    memory: child(Memory),
    ...inside("disks", { disks: list(child(Disk), (d) => d.name) }),
    ...inside("revertDisks", {
      revertDisks: list(
        child(Disk, { doc: "Images in which disks went on after a return to the snapshot." }),
        (d) => d.name,
        {
          since: "9.9.0",
          reported: true,
        },
      ),
    }),
    active: leaf(oneOf("0", "1"), "Whether it is the current one.", { reported: true }),
    domain: child(Domain, { doc: "The domain as it was.", reported: true }),
    inactiveDomain: child(Domain, {
      as: "inactiveDomain",
      doc: "The domain as it would have started again, where that differs.",
      reported: true,
    }),
    ...inside("parent", { parent: leaf(text, "The snapshot before it.", { as: "name", reported: true }) }),
    cookie: child(Cookie, { reported: true, since: "3.5.0" }),
  },
  { named: "SnapshotDefinition", lands: "replace" },
);
