/** ISO 9660 images in memory, with Rock Ridge for Linux and Joliet for Windows. */
import { Failure } from "../failure";
import * as descriptor from "./iso/descriptor";
import { directory, type Extent, listings, type Naming, pathTable } from "./iso/directory";
import { padded, SECTOR, sectors } from "./iso/fields";
import { jolietNames, plainNames } from "./iso/names";
import { systemUse } from "./iso/rockridge";
import { type File, type Folder, type Node, tree } from "./iso/tree";

export interface Disc {
  /** The volume's name, as `blkid` shows it: 1 to 32 printable ASCII characters (Joliet keeps the first 16). */
  readonly label: string;
  /** Contents by path; slashes make folders. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** Sectors that the standard leaves to others. */
const SYSTEM_AREA = 16;
/** Primary, Joliet's, and the end of the set. */
const DESCRIPTORS = 3;

const PLAIN: Naming = { names: plainNames, systemUse };
const JOLIET: Naming = { names: jolietNames, systemUse: () => Buffer.alloc(0) };

/**
 * The image that holds these files: the same files give the same bytes, whatever the clock and the order of keys.
 * Throws `Failure` `invalid` for a label or a path that some reader could not show.
 */
export function iso({ label, files }: Disc): Buffer {
  if (!/^[ -~]{1,32}$/.test(label)) {
    throw new Failure("invalid", `label ${JSON.stringify(label)} cannot be written`, {
      object: "ISO image",
      remedy: "Choose 1 to 32 printable ASCII characters",
    });
  }
  const root = tree(files);
  const place = allocator(SYSTEM_AREA + DESCRIPTORS);
  const plain = hierarchy(root, PLAIN, place);
  const joliet = hierarchy(root, JOLIET, place);
  const contents = new Map(filesIn(root).map((file) => [file as Node, place(file.bytes.length)]));
  const volume = { label, sectors: place(0).at };
  return Buffer.concat([
    Buffer.alloc(SYSTEM_AREA * SECTOR),
    descriptor.primary({ ...volume, ...plain }),
    descriptor.joliet({ ...volume, ...joliet }),
    descriptor.terminator(),
    ...plain.render(contents),
    ...joliet.render(contents),
    ...filesIn(root).map(({ bytes }) => padded(bytes)),
  ]);
}

type Place = (bytes: number) => Extent;

/** Hands out consecutive sectors. */
function allocator(first: number): Place {
  let next = first;
  return (size) => {
    const at = next;
    next += sectors(size);
    return { at, size };
  };
}

interface Hierarchy extends Pick<descriptor.Volume, "root" | "pathTable"> {
  /** The bytes, in the order in which they were placed. */
  readonly render: (files: ReadonlyMap<Node, Extent>) => Buffer[];
}

function hierarchy(root: Folder, naming: Naming, place: Place): Hierarchy {
  const nowhere = () => ({ at: 0, size: 0 });
  const all = listings(root, naming);
  const rows = pathTable(all, "little", nowhere).length;
  const tables = { little: place(rows), big: place(rows) };
  const folders = new Map(all.map((each) => [each.folder as Node, place(directory(each, naming, nowhere).length)]));
  return {
    root: lookUp(folders, root),
    pathTable: tables,
    render: (files) => {
      const where = (node: Node) => lookUp(node.kind === "folder" ? folders : files, node);
      const directories = all.map((each) => directory(each, naming, where));
      return [padded(pathTable(all, "little", where)), padded(pathTable(all, "big", where)), ...directories];
    },
  };
}

function lookUp(extents: ReadonlyMap<Node, Extent>, node: Node): Extent {
  const extent = extents.get(node);
  if (!extent) throw new Error(`${node.name} has no place on the disc`);
  return extent;
}

/** All files, in the order of their names. */
function filesIn(folder: Folder): File[] {
  const inOrder = [...folder.children.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return inOrder.flatMap((node) => (node.kind === "file" ? [node] : filesIn(node)));
}
