/** A new volume, whatever its data come from. Until it is whole a mark of ours lies beside it, so that what a crash left is known. */
import { createHmac } from "node:crypto";
import { asFailure, Failure } from "../../failure";
import type { Host, Limits, Piece } from "../../host/host";
import { imageHeader } from "../../images/qcow2";
import type { Run } from "../../plugin/resource";
import type { Node } from "../../xml";
import { node } from "../../xml";
import { limitsOf } from "../whereabouts";
import { create, createFrom, describe, explained, find, remove, resize, taken, undo } from "./calls";
import { type Content, contentOf } from "./content";
import { contentsOf, document } from "./document";
import { fetchOnHost, ran } from "./fetch";
import { idOf, objectOf, parsed, type Volume } from "./id";
import { factsOf, formatIn } from "./pools";
import { isLocal, type Source } from "./source";

export interface Wanted extends Volume {
  /** What the model writes of the inputs. */
  readonly declared: Node;
  /** Bytes; undefined: as large as what it is made from. */
  readonly capacity: bigint | undefined;
  /** Undefined: as the data are; qcow2 for an empty one where the pool holds files. */
  readonly format: string | undefined;
  /** The id of the volume it is based on. */
  readonly backing: string | undefined;
  readonly source: Source | undefined;
}
export interface Making {
  readonly run: Run;
  readonly host: Host;
  readonly wanted: Wanted;
  /** Ours alone: owner and URN, from which the mark's name comes. */
  readonly key: string;
}

/** `virStorageVolUploadFlags`: holes are sent as such. */
const sparse = 1;
/** A qcow2 file that was just made is shorter than this: its bytes must be overwritten, not skipped. */
const DENSE = 1024 * 1024;

export async function make(making: Making): Promise<void> {
  const { wanted, run, host } = making;
  const { source } = wanted;
  if (!source) return makeEmpty(making);
  await claim(making);
  const mark = markOf(making);
  try {
    if (source.volume !== undefined) await clone(making, parsed(source.volume), wanted.format);
    else if (source.url !== undefined && !isLocal(source.url) && source.via !== "client" && host.can("shell"))
      await fromUrl(making, { ...source, url: source.url });
    else await fromContent(making, source, await contentOf(source, objectOf(wanted), limitsOf(run)));
    await growTo(making, wanted.capacity);
  } catch (error) {
    await undo(host, wanted);
    const failure = asFailure(error);
    // What is wrong with a file of this machine has nothing to do with the host.
    throw failure.circumstances.object?.startsWith("file ")
      ? failure
      : failure.in({ object: objectOf(wanted), host: host.name });
  } finally {
    await undo(host, mark);
  }
}

async function makeEmpty({ run, host, wanted }: Making): Promise<void> {
  const limits = limitsOf(run);
  const format = wanted.format ?? formatIn(await factsOf(host, wanted.pool, limits));
  const base = wanted.backing === undefined ? undefined : await baseOf(host, parsed(wanted.backing), limits);
  const capacity = wanted.capacity ?? base?.capacity ?? 0n;
  await create(host, wanted, document(wanted.declared, { name: wanted.name, capacity, format, backing: base }), limits);
}
async function baseOf(host: Host, base: Volume, limits: Limits): Promise<ReturnType<typeof contentsOf>> {
  try {
    return contentsOf(await describe(host, base, limits));
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code !== "missing") throw failure;
    throw failure.in({ remedy: `Make ${idOf(base)} first, or correct the id` });
  }
}

/** Beside the volume, with a name that only owner and URN give. */
export function markOf({ wanted, key }: Pick<Making, "wanted" | "key">): Volume {
  const digest = createHmac("sha256", key).update(idOf(wanted)).digest("hex").slice(0, 12);
  return { pool: wanted.pool, name: `.${wanted.name}.${digest}.part` };
}

/** Of any program's volume under way. */
export const isMark = (name: string): boolean => /^\..+\.[0-9a-f]{12}\.part(\.image)?$/.test(name);

/** Makes the mark; takes away what an earlier run of ours left half made. Somebody else's volume is an error. */
async function claim(making: Making): Promise<void> {
  const { run, host, wanted } = making;
  const limits = limitsOf(run);
  const mark = markOf(making);
  const [left, there] = await Promise.all([find(host, mark, limits), find(host, wanted, limits)]);
  if (there && !left) throw taken(wanted, host, undefined);
  if (there) await remove(host, wanted, limits);
  // What an earlier run started on the host may still write to the old mark's file.
  if (left) await remove(host, mark, limits);
  await create(host, mark, empty(mark.name, "raw"), limits);
}

const declaredOnly = (name: string): Node => node("volume", {}, [node("name", {}, [], name)]);
/** The smallest that there is: its contents come later, and its size with them. */
const empty = (name: string, format: string, declared = declaredOnly(name)): Node =>
  document(declared, { name, capacity: format === "raw" ? 0n : BigInt(DENSE), format });

async function clone({ run, host, wanted }: Making, from: Volume, wantedFormat: string | undefined): Promise<void> {
  const limits = limitsOf(run);
  const original = await baseOf(host, from, limits);
  const { capacity } = original;
  const format = wantedFormat ?? original.format;
  run.log.status(`copying ${idOf(from)}`);
  // A larger capacity comes after: libvirt gives an image the size of what it copied.
  await createFrom(host, wanted, document(wanted.declared, { name: wanted.name, capacity, format }), from, limits);
}

/** Grows what is smaller than wanted; what is larger is refused, since the image would lose its end. */
async function growTo({ run, host, wanted }: Making, capacity: bigint | undefined): Promise<void> {
  const limits = limitsOf(run);
  if (capacity === undefined) return;
  const found = contentsOf(await describe(host, wanted, limits)).capacity;
  if (found > capacity)
    throw new Failure("invalid", `capacity ${capacity} is less than the ${found} bytes of the image it is made from`, {
      remedy: "Leave `capacity` out, or make it at least that",
      property: ["capacity"],
    });
  if (found < capacity) await resize(host, wanted, capacity, 0, limits);
}

async function fromUrl(making: Making, source: Source & { url: string }): Promise<void> {
  const { run, host, wanted } = making;
  const limits = limitsOf(run);
  const object = objectOf(wanted);
  const mark = markOf(making);
  const { name: path } = await host.call("storageVolGetPath", { vol: mark }, { object, ...limits });
  const fetched = await explained(wanted, () =>
    fetchOnHost({ host, source, path, object, log: run.log, limits }),
  ).catch(async (error: unknown) => {
    // What a tool that was killed left under other names.
    await host.run(["rm", "-f", "--", path]).catch(() => undefined);
    throw error;
  });
  const image = standalone(headerOf(source, fetched), wanted, host);
  const put = async (volume: Volume, declared: Node, size: bigint): Promise<void> => {
    const format = image.format;
    const capacity = format === "raw" ? size : BigInt(DENSE);
    await create(host, volume, document(declared, { name: volume.name, capacity, format }), limits);
    const target = await host.call("storageVolGetPath", { vol: volume }, { object, ...limits });
    await ran({ host, object, limits }, ["mv", "-f", "--", path, target.name]);
  };
  const { stdout } = await ran({ host, object, limits }, ["stat", "-c", "%s", "--", path]);
  await placed(making, image, (volume, declared) => put(volume, declared, BigInt(stdout.toString().trim())));
}

async function fromContent(making: Making, source: Source, content: Content): Promise<void> {
  const { run, host, wanted } = making;
  const limits = limitsOf(run);
  const image = standalone(headerOf(source, content.head), wanted, host);
  await placed(making, image, async (volume, declared) => {
    const size = BigInt(content.size ?? content.head.length);
    const { format } = image;
    const capacity = format === "raw" ? size : BigInt(DENSE);
    await create(host, volume, document(declared, { name: volume.name, capacity, format }), limits);
    const pieces = format === "raw" ? content.pieces : dense(content.pieces);
    await explained(wanted, () =>
      host.upload(
        "storageVolUpload",
        { vol: volume, offset: 0n, length: 0n, flags: sparse },
        told(run, pieces, content.size),
        { object: objectOf(wanted), ...limits },
      ),
    );
  });
}

/** Puts the image where it belongs; by way of a second volume where libvirt has to convert it. */
async function placed(
  making: Making,
  image: Image,
  put: (volume: Volume, declared: Node) => Promise<void>,
): Promise<void> {
  const { run, host, wanted } = making;
  if (wanted.format === undefined || wanted.format === image.format) return put(wanted, wanted.declared);
  const stage: Volume = { pool: wanted.pool, name: `${markOf(making).name}.image` };
  try {
    await remove(host, stage, limitsOf(run));
    await put(stage, declaredOnly(stage.name));
    run.log.status(`converting ${image.format} to ${wanted.format}`);
    await clone(making, stage, wanted.format);
  } finally {
    await undo(host, stage);
  }
}

interface Image {
  readonly format: string;
  readonly backingFile?: string;
}
/** qcow2 is known by its first bytes; what else it is, the program must say. */
const headerOf = ({ format }: Source, head: Uint8Array): Image =>
  format === undefined || format === "qcow2" ? imageHeader(head) : { format };

/** An image that names a file of the host as its base would let its publisher read that file. */
function standalone(image: Image, wanted: Volume, host: Host): Image {
  if (image.backingFile === undefined) return image;
  throw new Failure("invalid", `the image is based on another file (${image.backingFile}), so it is not whole`, {
    object: objectOf(wanted),
    host: host.name,
    remedy: "Flatten it first: `qemu-img convert -O qcow2 IMAGE WHOLE-IMAGE`",
  });
}

/** Holes near the start as zeros. */
async function* dense(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  let at = 0;
  for await (const piece of pieces) {
    if (piece instanceof Uint8Array) {
      at += piece.length;
      yield piece;
      continue;
    }
    const zeros = Math.min(piece.hole, Math.max(DENSE - at, 0));
    at += piece.hole;
    if (zeros > 0) yield new Uint8Array(zeros);
    if (piece.hole > zeros) yield { hole: piece.hole - zeros };
  }
}

/** Says how far it is, a few times a second at most. */
async function* told(run: Run, pieces: AsyncIterable<Piece>, size: number | undefined): AsyncGenerator<Piece> {
  let sent = 0;
  let last = 0;
  for await (const piece of pieces) {
    sent += piece instanceof Uint8Array ? piece.length : piece.hole;
    const now = Date.now();
    if (now - last > 250) {
      last = now;
      const share = size ? `${Math.floor((100 * sent) / size)} %` : `${Math.floor(sent / 1024 / 1024)} MiB`;
      run.log.status(`uploading: ${share}`);
    }
    yield piece;
  }
}
