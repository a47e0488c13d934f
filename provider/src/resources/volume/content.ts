/** Data that come from this machine: a file or text of the program's, or a download that the host cannot do. */
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Failure } from "../../failure";
import type { Limits, Piece } from "../../host/host";
import { parseChecksum, verified } from "../../images/checksum";
import { decompressed } from "../../images/decompress";
import { HEADER_BYTES } from "../../images/qcow2";
import { pieces } from "../../images/sparse";
import { asset } from "../../plugin/resource";
import { compressionIn, isLocal, quoted, type Source, withoutSecrets } from "./source";

export interface Content {
  /** The first bytes, which say what the image is. */
  readonly head: Uint8Array;
  /** Bytes of the whole; undefined until a stream has ended. */
  readonly size: number | undefined;
  /** Bytes of the whole that take up room where it comes from; 0 where that is not known. */
  readonly allocated: number;
  /** Everything, the head included; once. */
  readonly pieces: AsyncIterable<Piece>;
  /** Lets go of the file or download, read to its end or not. */
  close(): Promise<void>;
}

/** `object` is for the messages. */
export async function contentOf(source: Source, object: string, limits: Limits): Promise<Content> {
  if (source.content !== undefined) return held(Buffer.from(source.content));
  const given = source.asset?.[asset] ?? {};
  if (given.text !== undefined) return held(Buffer.from(given.text));
  const address = source.url ?? given.uri;
  const local = address !== undefined && isLocal(address) ? fileURLToPath(address) : undefined;
  const url = local === undefined ? address : undefined;
  const name = url ?? local ?? given.path ?? "";
  const compression = compressionIn(source, name);
  if (url === undefined && !compression && !source.checksum) return ofFile(name);
  const raw: AsyncIterable<Uint8Array> = url === undefined ? await fileStream(name) : await download(url, limits);
  const checked = source.checksum ? verified(raw, parseChecksum(source.checksum), object) : raw;
  return streamed(compression ? decompressed(checked, compression, object) : checked);
}

const held = (bytes: Buffer): Content => ({
  head: bytes.subarray(0, HEADER_BYTES),
  size: bytes.length,
  allocated: bytes.length,
  pieces: pieces(bytes),
  close: async () => undefined,
});

async function ofFile(path: string): Promise<Content> {
  const { size, blocks } = await sizeOf(path);
  const handle = await open(path);
  try {
    const head = Buffer.alloc(Math.min(HEADER_BYTES, size));
    await handle.read(head, 0, head.length, 0);
    // It is opened when the pieces are asked for.
    const allocated = Math.min(size, blocks * BLOCK);
    return { head, size, allocated, pieces: pieces({ file: path }), close: async () => undefined };
  } finally {
    await handle.close();
  }
}
async function fileStream(path: string): Promise<AsyncIterable<Uint8Array>> {
  await sizeOf(path);
  return createReadStream(path, { highWaterMark: 1024 * 1024 });
}
/** Unit of `st_blocks`. */
const BLOCK = 512;
async function sizeOf(path: string): Promise<{ size: number; blocks: number }> {
  const found = await stat(path).catch((cause: Error) => {
    throw new Failure("invalid", `cannot be read: ${cause.message}`, { object: `file ${path}`, cause });
  });
  if (found.isFile()) return found;
  throw new Failure("invalid", "is not a file", { object: `file ${path}`, remedy: "Give the path of an image" });
}

async function download(url: string, limits: Limits): Promise<AsyncIterable<Uint8Array>> {
  const { address, headers } = withCredentials(url);
  const response = await fetch(address, { headers, signal: signalOf(limits) }).catch((cause: Error) => {
    throw unreachable(url, cause.cause instanceof Error ? cause.cause.message : cause.message);
  });
  if (!response.ok || !response.body)
    throw unreachable(url, `the server answered ${response.status} ${response.statusText}`);
  return response.body as unknown as AsyncIterable<Uint8Array>;
}
/** `fetch` refuses a URL that holds a password, and quotes it. */
function withCredentials(url: string): { address: URL; headers: Record<string, string> } {
  try {
    const address = new URL(url);
    const { username, password } = address;
    if (!username) return { address, headers: {} };
    address.username = address.password = "";
    const said = [username, password].map(decodeURIComponent).join(":");
    return { address, headers: { authorization: `Basic ${Buffer.from(said).toString("base64")}` } };
  } catch {
    throw unreachable(url, "it is not a valid URL (what is special in a user name or password must be written as %XX)");
  }
}
function signalOf({ signal, deadline }: Limits): AbortSignal | null {
  const late = deadline === undefined ? undefined : AbortSignal.timeout(Math.max(deadline - Date.now(), 0));
  return signal && late ? AbortSignal.any([signal, late]) : (signal ?? late ?? null);
}
export const unreachable = (url: string, problem: string): Failure =>
  new Failure("invalid", `${withoutSecrets(url)} could not be fetched: ${quoted(problem, url)}`, {
    remedy: "Check the URL, and that whoever fetches it (the host, or with `via: client` this machine) can reach it",
  });
/** Reads the head of a stream ahead. */
async function streamed(stream: AsyncIterable<Uint8Array>): Promise<Content> {
  const rest = stream[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  while (!ended && length < HEADER_BYTES) {
    const { done, value } = await rest.next();
    if (done) ended = true;
    else length += first.push(value) && value.length;
  }
  const all = async function* (): AsyncGenerator<Uint8Array> {
    yield* first;
    if (!ended) yield* { [Symbol.asyncIterator]: () => rest };
  };
  return {
    head: Buffer.concat(first).subarray(0, HEADER_BYTES),
    size: ended ? length : undefined,
    allocated: ended ? length : 0,
    pieces: pieces(all()),
    close: async () => void (await rest.return?.()),
  };
}
