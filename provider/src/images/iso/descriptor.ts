/** Volume descriptors (ECMA-119 8): the primary one, Joliet's supplementary one, and the end of the set. */

import type { Extent } from "./directory";
import { record } from "./directory";
import { both16, both32, longDate, noDate, padded, SECTOR, ucs2 } from "./fields";

export interface Volume {
  readonly label: string;
  /** Sectors of the whole image. */
  readonly sectors: number;
  readonly root: Extent;
  readonly pathTable: { readonly little: Extent; readonly big: Extent };
}

/** UCS-2 level 3: what makes a supplementary descriptor Joliet's. */
const JOLIET_ESCAPE = "%/E";

export function primary(volume: Volume): Buffer {
  return descriptor(1, "", volume, (text, bytes) => Buffer.from(text.padEnd(bytes).slice(0, bytes), "latin1"));
}

export function joliet(volume: Volume): Buffer {
  return descriptor(2, JOLIET_ESCAPE, volume, (text, bytes) => {
    const characters = Math.floor(bytes / 2);
    return Buffer.concat([ucs2(text.padEnd(characters).slice(0, characters))], bytes);
  });
}

export function terminator(): Buffer {
  return padded(head(255));
}

function head(type: number): Buffer {
  return Buffer.from(`${String.fromCharCode(type)}CD001\u0001\0`, "latin1");
}

function descriptor(
  type: number,
  escapeSequence: string,
  volume: Volume,
  text: (text: string, bytes: number) => Buffer,
): Buffer {
  const { little, big } = volume.pathTable;
  const tables = Buffer.alloc(16);
  tables.writeUInt32LE(little.at, 0);
  tables.writeUInt32BE(big.at, 8);
  const fields = [
    head(type),
    text("", 32),
    text(volume.label, 32),
    Buffer.alloc(8),
    both32(volume.sectors),
    Buffer.concat([Buffer.from(escapeSequence, "latin1")], 32),
    both16(1),
    both16(1),
    both16(SECTOR),
    both32(little.size),
    tables,
    record(Buffer.from([0]), volume.root, true, Buffer.alloc(0)),
    text("", 128), // volume set
    text("", 128), // publisher
    text("", 128), // data preparer
    text("PULUMI-KVM", 128), // application
    text("", 37), // copyright file
    text("", 37), // abstract file
    text("", 37), // bibliographic file
    longDate(), // creation
    longDate(), // modification
    noDate(), // expiration
    noDate(), // effective
    Buffer.from([1]), // file structure version
  ];
  return padded(Buffer.concat(fields));
}
