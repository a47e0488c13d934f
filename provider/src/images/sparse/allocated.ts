/** Which parts of a sparse file hold data, without reading its holes. */
import { spawn } from "node:child_process";
import type { FileHandle } from "node:fs/promises";

export interface Range {
  readonly at: number;
  readonly size: number;
}

/** Unit of a tar archive and of `st_blocks`. */
const RECORD = 512;

/**
 * The ranges of the file that may hold data, in order. Node cannot ask for them (it has no SEEK_HOLE), but GNU tar can:
 * the map that opens its sparse format is read, its data is not. Where tar cannot tell, it is the whole file.
 */
export async function allocated(path: string, handle: FileHandle): Promise<readonly Range[]> {
  const { size, blocks } = await handle.stat();
  if (size === 0) return [];
  const known = blocks * RECORD < size ? mapOf(await archiveHead(path)) : undefined;
  return known?.every(({ at, size: length }) => at + length <= size) ? known : [{ at: 0, size }];
}

/** The archive's bytes until the map is whole; whatever came when tar fails. */
function archiveHead(path: string): Promise<Buffer> {
  const options = ["--create", "--sparse", "--hole-detection=seek", "--format=posix", "--sparse-version=1.0"];
  const tar = spawn("tar", [...options, "--absolute-names", "--file=-", "--", path], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { PATH: process.env["PATH"], LC_ALL: "C" },
  });
  return new Promise((resolve) => {
    let head = Buffer.alloc(0);
    const done = () => {
      tar.stdout.destroy();
      tar.kill();
      resolve(head);
    };
    tar.on("error", done);
    tar.stdout.on("end", done);
    tar.stdout.on("data", (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      if (mapOf(head) || (head.length > RECORD && String.fromCharCode(head[TYPE] ?? 0) !== EXTENDED)) done();
    });
  });
}

const TYPE = 156;
const EXTENDED = "x";

/** The map in an archive of one file, once it is whole: a count, then offset and size of each range, one number a line. */
function mapOf(archive: Buffer): Range[] | undefined {
  const attributes = Number.parseInt(archive.toString("latin1", 124, 135), 8);
  if (archive.toString("latin1", TYPE, TYPE + 1) !== EXTENDED || Number.isNaN(attributes)) return undefined;
  const header = RECORD + Math.ceil(attributes / RECORD) * RECORD;
  if (!archive.toString("utf8", RECORD, RECORD + attributes).includes("GNU.sparse.major=1\n")) return undefined;
  const [count, ...numbers] = archive
    .toString("latin1", header + RECORD)
    .split("\n")
    .slice(0, -1)
    .map(Number);
  if (count === undefined || numbers.length < 2 * count) return undefined;
  const ranges = Array.from({ length: count }, (_, i) => ({ at: numbers[2 * i] ?? 0, size: numbers[2 * i + 1] ?? 0 }));
  return ranges.every(({ at, size }) => Number.isSafeInteger(at) && Number.isSafeInteger(size))
    ? ranges.filter(({ size }) => size > 0)
    : undefined;
}
