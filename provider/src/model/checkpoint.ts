/** A checkpoint of a domain: from here on its disks note what is written, for incremental backups. */
import { attr, child, digits, element, inside, leaf, like, list, oneOf, text } from "../vocabulary";
import { Domain } from "./domain";

const Disk = element(
  "disk",
  "What becomes of a disk.",
  {
    name: attr(text, "The disk, by its target (`vda`) or the path of its image.", { required: true }),
    checkpoint: attr(oneOf("no", "bitmap"), "Whether what is written is noted; `bitmap` if left out."),
    bitmap: attr(text, "Name of the bitmap in the image; the checkpoint's if left out."),
    size: attr(digits, "Bytes that have been written since.", { reported: true }),
  },
  { named: "CheckpointDisk" },
);
export const Checkpoint = element(
  "domaincheckpoint",
  "A checkpoint of a domain.",
  {
    name: leaf(
      like(/^[\w-][\w.-]*$/, "of letters, digits and _-., not starting with a dot"),
      "Its name; the time if left out.",
    ),
    description: leaf(text, "A description for people."),
    creationTime: leaf(digits, "When it was made: seconds since 1970.", { reported: true }),
    ...inside("disks", { disks: list(child(Disk), (d) => d.name) }),
    domain: child(Domain, { doc: "The domain as it was.", reported: true }),
    ...inside("parent", { parent: leaf(text, "The checkpoint before it.", { as: "name", reported: true }) }),
  },
  { named: "CheckpointDefinition", since: "5.6.0", lands: "replace" },
);
