/** The field formats of ECMA-119 (ISO 9660): numbers in both byte orders, dates, padded text. */

export const SECTOR = 2048;

/** The time written everywhere: the same files give the same bytes. */
const TIME = { year: 2020, month: 1, day: 1 };

/** A 16-bit number, little-endian then big-endian (7.2.3). */
export function both16(value: number): Buffer {
  const field = Buffer.alloc(4);
  field.writeUInt16LE(value, 0);
  field.writeUInt16BE(value, 2);
  return field;
}

/** A 32-bit number, little-endian then big-endian (7.3.3). */
export function both32(value: number): Buffer {
  const field = Buffer.alloc(8);
  field.writeUInt32LE(value, 0);
  field.writeUInt32BE(value, 4);
  return field;
}

/** The seven-byte date of a directory record (9.1.5), in UTC. */
export function shortDate(): Buffer {
  return Buffer.from([TIME.year - 1900, TIME.month, TIME.day, 0, 0, 0, 0]);
}

/** The seventeen-byte date of a volume descriptor (8.4.26.1), in UTC. */
export function longDate(): Buffer {
  const day = [TIME.year, TIME.month, TIME.day].map((part) => String(part).padStart(2, "0")).join("");
  return Buffer.from(`${day.padEnd(16, "0")}\0`, "latin1");
}

/** A date that is not specified. */
export function noDate(): Buffer {
  return Buffer.from(`${"0".repeat(16)}\0`, "latin1");
}

/** UTF-16, high byte first, as Joliet writes text. */
export function ucs2(text: string): Buffer {
  return Buffer.from(text, "utf16le").swap16();
}

/** How many sectors that many bytes take. */
export function sectors(bytes: number): number {
  return Math.ceil(bytes / SECTOR);
}

/** The bytes, filled with zeros up to a whole number of sectors. */
export function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes], sectors(bytes.length) * SECTOR);
}
