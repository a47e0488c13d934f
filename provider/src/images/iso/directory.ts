/** One directory hierarchy: its directories' extents and its path tables. */
import { both16, both32, padded, SECTOR, shortDate } from "./fields";
import type { Named } from "./names";
import type { Subject } from "./rockridge";
import type { Folder, Node } from "./tree";

/** Where the bytes of something lie. */
export interface Extent {
  /** Number of the first sector. */
  readonly at: number;
  /** Bytes. */
  readonly size: number;
}

/** How one hierarchy names things and what it adds to each record. */
export interface Naming {
  readonly names: (nodes: Iterable<Node>) => Named[];
  readonly systemUse: (subject: Subject, isRoot: boolean) => Buffer;
}

/** A folder in path table order. */
export interface Listing {
  readonly folder: Folder;
  readonly identifier: Buffer;
  readonly parent: Listing;
  /** Its number in the path table, from 1. */
  readonly number: number;
  readonly children: readonly Named[];
}

type Where = (node: Node) => Extent;

const SELF = Buffer.from([0]);
const PARENT = Buffer.from([1]);

/** All folders, level by level, each level in the order of its parents: what ECMA-119 9.4 asks of path tables. */
export function listings(root: Folder, naming: Naming): Listing[] {
  const children = naming.names(root.children.values());
  const first: Listing = {
    folder: root,
    identifier: SELF,
    number: 1,
    children,
    get parent() {
      return first;
    },
  };
  const all = [first];
  for (const parent of all) {
    for (const { node, identifier } of parent.children) {
      if (node.kind !== "folder") continue;
      all.push({
        folder: node,
        identifier,
        parent,
        number: all.length + 1,
        children: naming.names(node.children.values()),
      });
    }
  }
  return all;
}

/** A directory's extent: records that do not cross sectors. */
export function directory(listing: Listing, naming: Naming, where: Where): Buffer {
  const isRoot = listing.number === 1;
  const records = [
    record(SELF, where(listing.folder), true, naming.systemUse("self", isRoot)),
    record(PARENT, where(listing.parent.folder), true, naming.systemUse("parent", isRoot)),
    ...listing.children.map(({ node, identifier }) =>
      record(identifier, where(node), node.kind === "folder", naming.systemUse(node, isRoot)),
    ),
  ];
  return padded(Buffer.concat(records.reduce(withoutCrossing, { parts: [] as Buffer[], length: 0 }).parts));
}

function withoutCrossing(
  packed: { parts: Buffer[]; length: number },
  next: Buffer,
): { parts: Buffer[]; length: number } {
  const left = SECTOR - (packed.length % SECTOR);
  const gap = next.length > left ? left : 0;
  packed.parts.push(Buffer.alloc(gap), next);
  packed.length += gap + next.length;
  return packed;
}

/** A directory record (9.1). */
export function record(identifier: Buffer, extent: Extent, isFolder: boolean, systemUse: Buffer): Buffer {
  const body = Buffer.concat([
    both32(extent.at),
    both32(extent.size),
    shortDate(),
    Buffer.from([isFolder ? 2 : 0, 0, 0]),
    both16(1),
    Buffer.from([identifier.length]),
    identifier,
    Buffer.alloc(identifier.length % 2 === 0 ? 1 : 0),
    systemUse,
    Buffer.alloc(systemUse.length % 2),
  ]);
  return Buffer.concat([Buffer.from([body.length + 2, 0]), body]);
}

/** A path table (9.4) in one byte order. */
export function pathTable(all: readonly Listing[], order: "little" | "big", where: Where): Buffer {
  return Buffer.concat(
    all.map(({ identifier, folder, parent }) => {
      const row = Buffer.alloc(8 + identifier.length + (identifier.length % 2));
      row.writeUInt8(identifier.length, 0);
      if (order === "little") {
        row.writeUInt32LE(where(folder).at, 2);
        row.writeUInt16LE(parent.number, 6);
      } else {
        row.writeUInt32BE(where(folder).at, 2);
        row.writeUInt16BE(parent.number, 6);
      }
      identifier.copy(row, 8);
      return row;
    }),
  );
}
