/** The frame around every message: its length, six words, and what they announce. */
import { Failure } from "../failure";
import { room, type Writer } from "./xdr";

export const TYPE = { call: 0, reply: 1, message: 2, stream: 3, streamHole: 6 } as const;
export const STATUS = { ok: 0, error: 1, continue: 2 } as const;

const LENGTH_WORD = 4;
/** The length word and the six of the header. */
const FRAME_HEADER = 28;
/** libvirt's limit for a message with its header, without the length word. */
const LONGEST_MESSAGE = 32 * 1024 * 1024;
/** Bytes of a stream in one message: four of ssh's packets. At the 262 120 that any daemon takes, libvirtd 9 needs a third more of its processor. */
export const STREAM_PAYLOAD = 131_072;

export interface Header {
  readonly program: number;
  readonly procedure: number;
  readonly type: number;
  readonly serial: number;
  readonly status: number;
}

/** Starts a frame in `to`; give what this returns to `endFrame` once the body is written. */
export function beginFrame(to: Writer, { program, procedure, type, serial, status }: Header): number {
  const at = room(to, FRAME_HEADER);
  const { bytes } = to;
  bytes.writeUInt32BE(program, at + 4);
  bytes.writeUInt32BE(1, at + 8); // Every program of libvirt is at version 1.
  bytes.writeInt32BE(procedure, at + 12);
  bytes.writeUInt32BE(type, at + 16);
  bytes.writeUInt32BE(serial, at + 20);
  bytes.writeUInt32BE(status, at + 24);
  return at;
}

/** Writes the frame's length. `beyond` is what follows it without being in `to`. */
export function endFrame(to: Writer, start: number, beyond = 0): void {
  const size = to.at - start + beyond;
  if (size - LENGTH_WORD > LONGEST_MESSAGE)
    throw new Failure("invalid", `a message of ${size} bytes is longer than libvirt's 32 MiB`);
  to.bytes.writeUInt32BE(size, start);
}

export interface FrameListener {
  /** A whole message. `body` shares memory with what was received: read it now or copy it. */
  message(header: Header, body: Buffer): void;
  /** A part of a stream's data, as it comes; `last` when its message is complete (an empty message is one last, empty part). */
  data(header: Header, part: Buffer, last: boolean): void;
}

/** What is held of a frame that is not complete grows with what comes, not with what was announced. */
export const LEAST_HELD = 64 * 1024;
/** A larger piece of memory than this is not kept for the next frame. */
const MOST_KEPT = 1024 * 1024;

export interface FrameParser {
  (chunk: Buffer): void;
  /** How much memory it holds for what is not complete yet. */
  held(): number;
}

/** Cuts what is received into messages. Stream data is passed on without being gathered or copied. */
export function frameParser(listener: FrameListener): FrameParser {
  /** What came of a frame that is not yet complete, and how much that is. */
  let held = EMPTY;
  let filled = 0;
  /** Whether no frame came yet: what is there may be another program's words. */
  let first = true;
  let stream: Header | undefined;
  /** What is still to come of the stream data that is being passed on. */
  let remaining = 0;

  const passOn = (chunk: Buffer, at: number): number => {
    const part = chunk.subarray(at, at + remaining);
    remaining -= part.length;
    const header = stream as Header;
    if (remaining === 0) stream = undefined;
    listener.data(header, part, remaining === 0);
    return part.length;
  };

  /** How many bytes from `at` on must be there before anything more can be done or known. */
  const needed = (bytes: Buffer, at: number, end: number): number => {
    if (end - at < LENGTH_WORD) return LENGTH_WORD;
    const size = frameSize(bytes, at, first ? end : at);
    return end - at >= FRAME_HEADER && !isStreamData(bytes, at) ? size : FRAME_HEADER;
  };

  /** Deals with a frame that is there: all of it, or the header of stream data. */
  const deliver = (bytes: Buffer, at: number, size: number) => {
    first = false;
    const header = readHeader(bytes, at);
    if (!isStreamData(bytes, at)) return listener.message(header, bytes.subarray(at + FRAME_HEADER, at + size));
    stream = header;
    remaining = bytes.readUInt32BE(at) - FRAME_HEADER;
    if (remaining === 0) passOn(EMPTY, 0);
  };

  /** Takes from the chunk what the frame that is held still needs; gives how much that was. */
  const gather = (chunk: Buffer, at: number): number => {
    const wanted = needed(held, 0, filled);
    const taken = Math.min(wanted - filled, chunk.length - at);
    const size = filled + taken;
    if (size > held.length) {
      const larger = Buffer.allocUnsafe(Math.max(LEAST_HELD, size, Math.min(wanted, held.length * 2)));
      held.copy(larger, 0, 0, filled);
      held = larger;
    }
    chunk.copy(held, filled, at, at + taken);
    filled = size;
    if (filled < wanted || needed(held, 0, filled) > filled) return taken;
    const whole = held;
    filled = 0;
    if (held.length > MOST_KEPT) held = EMPTY;
    deliver(whole, 0, size);
    return taken;
  };

  /** Deals with what starts at `at`; gives how much of the chunk that was. */
  const consume = (chunk: Buffer, at: number): number => {
    if (stream) return passOn(chunk, at);
    if (filled > 0) return gather(chunk, at);
    const size = needed(chunk, at, chunk.length);
    if (size > chunk.length - at) return gather(chunk, at);
    deliver(chunk, at, size);
    return size;
  };

  const parse = (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; ) at += consume(chunk, at);
  };
  return Object.assign(parse, { held: () => held.length });
}

const EMPTY = Buffer.alloc(0);

/** The length that is announced at `at`. What precedes the first frame up to `end` is told when it is none. */
function frameSize(bytes: Buffer, at: number, end: number): number {
  const size = bytes.readUInt32BE(at);
  if (size >= FRAME_HEADER && size - LENGTH_WORD <= LONGEST_MESSAGE) return size;
  const words = printable(bytes.subarray(at, end));
  if (words)
    throw new Failure("protocol", `what answers is not libvirt's daemon: it says "${words}"`, {
      remedy: "Look what the way to the host prints before libvirt answers: a login script, a proxy, another service",
    });
  throw new Failure(
    "protocol",
    `the daemon announced a message of ${size} bytes; libvirt's have between ${FRAME_HEADER} and 32 MiB`,
  );
}

/** The text that bytes begin with, if they do. */
function printable(bytes: Buffer): string {
  return /^[\s\x20-\x7e]{4,200}/.exec(bytes.toString("latin1"))?.[0].trim().replaceAll(/\s+/g, " ") ?? "";
}

const isStreamData = (bytes: Buffer, at: number): boolean =>
  bytes.readUInt32BE(at + 16) === TYPE.stream && bytes.readUInt32BE(at + 24) === STATUS.continue;

function readHeader(bytes: Buffer, at: number): Header {
  const version = bytes.readUInt32BE(at + 8);
  if (version !== 1)
    throw new Failure("protocol", `the daemon speaks version ${version} of the protocol; only 1 is known`);
  return {
    program: bytes.readUInt32BE(at + 4),
    procedure: bytes.readInt32BE(at + 12),
    type: bytes.readUInt32BE(at + 16),
    serial: bytes.readUInt32BE(at + 20),
    status: bytes.readUInt32BE(at + 24),
  };
}
