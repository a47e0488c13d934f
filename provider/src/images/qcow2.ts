/** What the first bytes of a disk image say about it. */

export interface ImageHeader {
  readonly format: "qcow2" | "raw";
  /** Bytes the guest sees; a raw image has as many as its file. */
  readonly virtualSize?: bigint;
  /** The file it is based on, as the image names it. */
  readonly backingFile?: string;
}

/** The bytes of an image's start that `imageHeader` wants: the header and the longest backing file name behind it. */
export const HEADER_BYTES = 64 * 1024;

const MAGIC = 0x514649fb; // "QFI\xfb"
const LONGEST_BACKING_NAME = 1023;

/** Reads the start of an image. Never throws: what is not a whole qcow2 header is raw, as QEMU's probing has it. */
export function imageHeader(start: Uint8Array): ImageHeader {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  if (bytes.length < 72 || bytes.readUInt32BE(0) !== MAGIC) return { format: "raw" };
  const version = bytes.readUInt32BE(4);
  if (version !== 2 && version !== 3) return { format: "raw" };
  const backingFile = backingName(bytes);
  return { format: "qcow2", virtualSize: bytes.readBigUInt64BE(24), ...(backingFile !== undefined && { backingFile }) };
}

function backingName(bytes: Buffer): string | undefined {
  const offset = bytes.readBigUInt64BE(8);
  const length = bytes.readUInt32BE(16);
  const whole =
    offset >= 72n && length > 0 && length <= LONGEST_BACKING_NAME && offset + BigInt(length) <= BigInt(bytes.length);
  return whole ? bytes.toString("utf8", Number(offset), Number(offset) + length) : undefined;
}
