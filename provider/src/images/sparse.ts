/** A file or stream as data and holes, so that zeros are neither read from a sparse file nor sent. */
import { type FileHandle, open } from "node:fs/promises";
import { asFailure, Failure } from "../failure";
import { allocated, type Range } from "./sparse/allocated";

/** Data, or a hole of that many bytes. */
export type Piece = Uint8Array | { readonly hole: number };

/** A local file, bytes, or a stream of them. */
export type Source = { readonly file: string } | Uint8Array | AsyncIterable<Uint8Array>;

/** The shortest run of zeros that becomes a hole, and its alignment: what a qcow2 cluster is. */
const BLOCK = 64 * 1024;
/** Bytes of one read: large enough that its overhead vanishes, small enough that what is read and not yet sent stays in a cache. */
const CHUNK = 256 * 1024;
const ZEROS = Buffer.alloc(BLOCK);

/**
 * The source in order, with aligned zero runs of 64 KiB and more as holes.
 * Throws `Failure` `invalid` when the file cannot be read or shrinks while it is.
 */
export async function* pieces(source: Source): AsyncGenerator<Piece> {
  yield* joined(withHoles(source));
}

async function* withHoles(source: Source): AsyncGenerator<Piece> {
  if (source instanceof Uint8Array) yield* split(source);
  else if ("file" in source) yield* ofFile(source.file);
  else for await (const chunk of chunks(source)) yield* split(chunk);
}

/** Zero blocks of one chunk that begins at a block's boundary. */
function* split(chunk: Uint8Array): Generator<Piece> {
  let start = 0;
  for (let at = 0; at < chunk.length; at += BLOCK) {
    const block = chunk.subarray(at, at + BLOCK);
    if (ZEROS.compare(block, 0, block.length, 0, block.length) !== 0) continue;
    if (at > start) yield chunk.subarray(start, at);
    yield { hole: block.length };
    start = at + block.length;
  }
  if (start < chunk.length) yield chunk.subarray(start);
}

/** Neighbouring holes as one. */
async function* joined(source: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  let hole = 0;
  for await (const piece of source) {
    if (!(piece instanceof Uint8Array)) {
      hole += piece.hole;
      continue;
    }
    if (hole > 0) yield { hole };
    hole = 0;
    yield piece;
  }
  if (hole > 0) yield { hole };
}

/** The stream in chunks of a fixed size, so that blocks keep their alignment. */
async function* chunks(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let chunk = Buffer.allocUnsafe(CHUNK);
  let filled = 0;
  for await (const part of stream) {
    for (let at = 0; at < part.length; ) {
      const taken = part.subarray(at, at + CHUNK - filled);
      chunk.set(taken, filled);
      filled += taken.length;
      at += taken.length;
      if (filled < CHUNK) continue;
      yield chunk;
      chunk = Buffer.allocUnsafe(CHUNK);
      filled = 0;
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}

async function* ofFile(path: string): AsyncGenerator<Piece> {
  const handle = await opened(path);
  try {
    const { size } = await handle.stat();
    let at = 0;
    for (const range of await allocated(path, handle)) {
      if (range.at > at) yield { hole: range.at - at };
      for await (const chunk of reads(handle, path, range)) yield* split(chunk);
      at = range.at + range.size;
    }
    if (size > at) yield { hole: size - at };
  } finally {
    await handle.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    const handle = await open(path);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (cause) {
    throw unreadable(path, `cannot be read: ${asFailure(cause).problem}`);
  }
  throw unreadable(path, "is not a file");
}

/** A range in chunks, the next one being read while the caller works on this one. */
async function* reads(handle: FileHandle, path: string, { at: first, size }: Range): AsyncGenerator<Uint8Array> {
  const end = first + size;
  const read = (at: number) => full(handle, path, at, Math.min(CHUNK, end - at));
  let next: Promise<Uint8Array> | undefined = read(first);
  try {
    for (let at = first; next !== undefined; at += CHUNK) {
      const chunk: Uint8Array = await next;
      next = at + CHUNK < end ? read(at + CHUNK) : undefined;
      yield chunk;
    }
  } finally {
    // The file is closed after this, also when the caller stopped early.
    await next?.catch(() => undefined);
  }
}

async function full(handle: FileHandle, path: string, at: number, size: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(size);
  for (let filled = 0; filled < size; ) {
    const { bytesRead } = await handle.read(buffer, filled, size - filled, at + filled);
    if (bytesRead === 0) throw unreadable(path, `ended at byte ${at + filled} while it was being read`);
    filled += bytesRead;
  }
  return buffer;
}

function unreadable(path: string, problem: string): Failure {
  return new Failure("invalid", problem, { object: `file ${path}`, remedy: "Check the path and its permissions" });
}
