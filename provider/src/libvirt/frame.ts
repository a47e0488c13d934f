/** The frame around every message: its length, six words, and what they announce. */
import { Failure } from "../failure";
import { room, type Writer } from "./xdr";

export const TYPE = { call: 0, reply: 1, message: 2, stream: 3, streamHole: 6 } as const;
export const STATUS = { ok: 0, error: 1, continue: 2 } as const;

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
  if (size - 4 > LONGEST_MESSAGE)
    throw new Failure("invalid", `a message of ${size} bytes is longer than libvirt's 32 MiB`);
  to.bytes.writeUInt32BE(size, start);
}

export interface FrameListener {
  /** A whole message. `body` shares memory with what was received: read it now or copy it. */
  message(header: Header, body: Buffer): void;
  /** A part of a stream's data, as it comes; `last` when its message is complete (an empty message is one last, empty part). */
  data(header: Header, part: Buffer, last: boolean): void;
}

/** Cuts what is received into messages. Stream data is passed on without being gathered or copied. */
export function frameParser(listener: FrameListener): (chunk: Buffer) => void {
  /** What came of a frame that is not yet complete. */
  let parts: Buffer[] = [];
  let gathered = 0;
  /** How much must be there before anything can be done. */
  let needed = FRAME_HEADER;
  let stream: Header | undefined;
  /** What is still to come of the stream data that is being passed on. */
  let remaining = 0;

  const passOn = (chunk: Buffer): number => {
    const part = chunk.length > remaining ? chunk.subarray(0, remaining) : chunk;
    remaining -= part.length;
    const header = stream as Header;
    if (remaining === 0) stream = undefined;
    listener.data(header, part, remaining === 0);
    return part.length;
  };

  /** Deals with what starts the chunk; gives how much of it that was, 0 when more must come first. */
  const consume = (chunk: Buffer): number => {
    if (stream) return passOn(chunk);
    if (chunk.length < FRAME_HEADER) return wait(FRAME_HEADER);
    const size = frameSize(chunk);
    const header = readHeader(chunk);
    if (header.type === TYPE.stream && header.status === STATUS.continue) {
      stream = header;
      remaining = size - FRAME_HEADER;
      return FRAME_HEADER + (remaining === 0 ? passOn(EMPTY) : 0);
    }
    if (chunk.length < size) return wait(size);
    listener.message(header, chunk.subarray(FRAME_HEADER, size));
    return size;
  };

  const wait = (size: number): 0 => {
    needed = size;
    return 0;
  };

  return (received) => {
    let chunk = received;
    if (gathered > 0) {
      parts.push(received);
      gathered += received.length;
      if (gathered < needed) return;
      chunk = Buffer.concat(parts, gathered);
      parts = [];
      gathered = 0;
    }
    let at = 0;
    while (at < chunk.length) {
      const used = consume(at === 0 ? chunk : chunk.subarray(at));
      if (used === 0) break;
      at += used;
    }
    if (at < chunk.length) {
      parts = [at === 0 ? chunk : chunk.subarray(at)];
      gathered = chunk.length - at;
    }
  };
}

const EMPTY = Buffer.alloc(0);

function frameSize(bytes: Buffer): number {
  const size = bytes.readUInt32BE(0);
  if (size < FRAME_HEADER || size - 4 > LONGEST_MESSAGE)
    throw new Failure(
      "protocol",
      `the daemon announced a message of ${size} bytes; libvirt's have between ${FRAME_HEADER} and 32 MiB`,
    );
  return size;
}

function readHeader(bytes: Buffer): Header {
  const version = bytes.readUInt32BE(8);
  if (version !== 1)
    throw new Failure("protocol", `the daemon speaks version ${version} of the protocol; only 1 is known`);
  return {
    program: bytes.readUInt32BE(4),
    procedure: bytes.readInt32BE(12),
    type: bytes.readUInt32BE(16),
    serial: bytes.readUInt32BE(20),
    status: bytes.readUInt32BE(24),
  };
}
