/** A new volume, whatever its data come from. */
import { asFailure, Failure } from "../../failure";
import type { Host, Limits, Piece } from "../../host/host";
import { imageHeader } from "../../images/qcow2";
import type { Run } from "../../plugin/resource";
import { type Node, node } from "../../xml";
import { limitsOf } from "../whereabouts";
import { describe, explained, remove, resize, undo } from "./calls";
import { type Content, contentOf } from "./content";
import { contentsOf, document } from "./document";
import { fetchOnHost, ran } from "./fetch";
import { idOf, objectOf, parsed, type Volume } from "./id";
import { begin, type Filling, lookBefore, type Made, type Making, marked, markOf, whatItIs } from "./mark";
import { type Facts, factsOf, formatIn } from "./pools";
import { roomFor, within } from "./room";
import { isLocal, type Source } from "./source";

/** `virStorageVolUploadFlags`: holes are sent as such. */
const sparse = 1;
/** The virtual size of an image whose file is about to be replaced. */
const SMALL = 1024n * 1024n;

/** Makes it, and tells what it is then. */
export async function make(making: Making): Promise<Made> {
  const { wanted, run, host } = making;
  const { source, backing } = wanted;
  const limits = limitsOf(run);
  // All that must be known first is asked at once. Where there is no such pool, that is what the user must hear.
  const looks = Promise.all([
    explained(wanted, () => lookBefore(making)),
    backing === undefined ? undefined : baseOf(host, parsed(backing), limits),
    host.identity(limits),
  ]);
  looks.catch(() => undefined);
  const facts = await factsOf(host, wanted.pool, limits);
  const [before, base] = await looks;
  // A device of a pool that holds no files is made in one step, and has no room for a mark beside it.
  if (!source && !facts.holdsFiles) {
    await makeEmpty({ ...making, made: [], unsure: false, claimed: false }, facts, base);
    return whatItIs(making);
  }
  const work = async (filling: Filling): Promise<void> => {
    if (!source) return makeEmpty(filling, facts, base);
    await fill(filling, source);
    await growTo(making, wanted.capacity);
  };
  return marked(making, before, work, !source).catch((error: unknown) => {
    const failure = asFailure(error);
    // What is wrong with a file of this machine has nothing to do with the host.
    throw failure.circumstances.object?.startsWith("file ")
      ? failure
      : failure.in({ object: objectOf(wanted), host: host.name });
  });
}

async function fill(filling: Filling, source: Source): Promise<void> {
  const { wanted, run, host } = filling;
  const { url } = source;
  if (source.volume !== undefined) return clone(filling, parsed(source.volume), wanted.format);
  if (url !== undefined && !isLocal(url) && source.via !== "client" && host.can("shell")) {
    const path = await markFile(filling);
    const writable = (await host.run(["test", "-w", path], limitsOf(run))).code === 0;
    if (writable || source.via === "host") return fromUrl(filling, { ...source, url }, path);
    run.log.status("the host's user may not write to the pool: the data come through this machine");
  }
  const content = await contentOf(source, objectOf(wanted), limitsOf(run));
  try {
    await fromContent(filling, source, content);
  } finally {
    await content.close();
  }
}

/** What there is of another volume to base this one on, or to copy. */
type Based = ReturnType<typeof contentsOf>;

async function makeEmpty(filling: Filling, facts: Facts, base: Based | undefined): Promise<void> {
  const { wanted } = filling;
  const format = wanted.format ?? formatIn(facts);
  const capacity = wanted.capacity ?? base?.capacity ?? 0n;
  const { name, declared } = wanted;
  await begin(filling, wanted, document(declared, { name, capacity, format, backing: base }));
}
async function baseOf(host: Host, base: Volume, limits: Limits): Promise<Based> {
  try {
    return contentsOf(await describe(host, base, limits));
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code !== "missing") throw failure;
    throw failure.in({ remedy: `Make ${idOf(base)} first, or correct the id` });
  }
}

async function clone(filling: Filling, from: Volume, wantedFormat: string | undefined): Promise<void> {
  const { run, host, wanted } = filling;
  const limits = limitsOf(run);
  const original = await baseOf(host, from, limits);
  const { capacity } = original;
  const format = wantedFormat ?? original.format;
  run.log.status(`copying ${idOf(from)}`);
  // A larger capacity comes after: libvirt gives an image the size of what it copied.
  await begin(filling, wanted, document(wanted.declared, { name: wanted.name, capacity, format }), from);
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

/** Where the host puts what it fetches. */
async function markFile(making: Making): Promise<string> {
  const about = { object: objectOf(making.wanted), ...limitsOf(making.run) };
  return (await making.host.call("storageVolGetPath", { vol: markOf(making) }, about)).name;
}

async function fromUrl(filling: Filling, source: Source & { url: string }, path: string): Promise<void> {
  const { run, host, wanted } = filling;
  const limits = limitsOf(run);
  const object = objectOf(wanted);
  const fetched = await explained(wanted, () =>
    fetchOnHost({ host, source, path, object, log: run.log, limits }),
  ).catch(async (error: unknown) => {
    // What a tool that was killed left under other names.
    await host.run(["rm", "-f", "--", path]).catch(() => undefined);
    throw error;
  });
  const image = standalone(headerOf(source, fetched), wanted, host);
  const put = async (volume: Volume, declared: Node, size: bigint): Promise<void> => {
    const { format } = image;
    const capacity = format === "raw" ? size : SMALL;
    await begin(filling, volume, document(declared, { name: volume.name, capacity, format }));
    const target = await host.call("storageVolGetPath", { vol: volume }, { object, ...limits });
    await ran({ host, object, limits }, ["mv", "-f", "--", path, target.name]);
  };
  const { stdout } = await ran({ host, object, limits }, ["stat", "-c", "%s", "--", path]);
  await placed(filling, image, (volume, declared) => put(volume, declared, BigInt(stdout.toString().trim())));
}

async function fromContent(filling: Filling, source: Source, content: Content): Promise<void> {
  const { run, host, wanted } = filling;
  const limits = limitsOf(run);
  const image = standalone(headerOf(source, content.head), wanted, host);
  // Zeros of a raw image take up no room.
  const need = { least: image.format === "raw" ? 0 : content.allocated, most: content.size };
  const room = await roomFor(host, wanted, need, limits);
  await placed(filling, image, async (volume, declared) => {
    const size = BigInt(content.size ?? content.head.length);
    const { format } = image;
    const capacity = format === "raw" ? size : SMALL;
    await begin(filling, volume, document(declared, { name: volume.name, capacity, format }));
    const { physical } = contentsOf(await describe(host, volume, limits));
    const pieces = format === "raw" ? content.pieces : dense(content.pieces, physical);
    await explained(wanted, () =>
      host.upload(
        "storageVolUpload",
        { vol: volume, offset: 0n, length: 0n, flags: sparse },
        told(run, within(pieces, room, host, wanted), content.size),
        { object: objectOf(wanted), ...limits },
      ),
    );
  });
}

/** Puts the image where it belongs; by way of a second volume where libvirt has to convert it. */
async function placed(
  filling: Filling,
  image: Image,
  put: (volume: Volume, declared: Node) => Promise<void>,
): Promise<void> {
  const { run, host, wanted } = filling;
  if (wanted.format === undefined || wanted.format === image.format) return put(wanted, wanted.declared);
  const stage: Volume = { pool: wanted.pool, name: `${markOf(filling).name}.image` };
  await remove(host, stage, limitsOf(run));
  await put(stage, node("volume", {}));
  run.log.status(`converting ${image.format} to ${wanted.format}`);
  await clone(filling, stage, wanted.format);
  await undo(host, stage);
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

/** Holes up to there as zeros: the file of a fresh image is not empty, and its tables must be overwritten, not skipped. */
export async function* dense(pieces: AsyncIterable<Piece>, end: number): AsyncGenerator<Piece> {
  let at = 0;
  for await (const piece of pieces) {
    if (piece instanceof Uint8Array) {
      at += piece.length;
      yield piece;
      continue;
    }
    const zeros = Math.min(piece.hole, Math.max(end - at, 0));
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
