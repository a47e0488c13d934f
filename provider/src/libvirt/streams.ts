/** libvirt's streams: bytes and holes, up into a call and down out of one. */
import { asFailure, Failure } from "../failure";
import { type CallLimits, watch } from "./calls";
import type { StreamEnd, Wire } from "./connection";
import { refusal, remoteError, remoteErrorOf } from "./errors";
import { beginFrame, endFrame, STATUS, STREAM_PAYLOAD, TYPE } from "./frame";
import { type Arguments, type ProcedureName, procedure } from "./procedures";
import { hyper, reader, uint, writer } from "./xdr";

/** Data, or a hole of that many bytes. */
export type Piece = Uint8Array | { readonly hole: number };

/** How much may be on its way before the source must wait, and how much of it must be gone before it goes on. */
const AHEAD = { most: 4 * 1024 * 1024, least: 2 * 1024 * 1024 };

/** A promise and its ends. */
function outcome() {
  let settle: (failure?: Failure) => void = () => undefined;
  const reached = new Promise<void>((resolve, reject) => {
    settle = (failure) => (failure ? reject(failure) : resolve());
  });
  reached.catch(() => undefined); // It may fail before anybody waits for it.
  return { reached, settle };
}

/** The source's pieces until the stream ends: a source that has stalled must not hide that the daemon refused. */
async function* unlessEnded(source: AsyncIterable<Piece>, end: ReturnType<typeof outcome>): AsyncGenerator<Piece> {
  const pieces = source[Symbol.asyncIterator]();
  let stop: (failure: unknown) => void = () => undefined;
  end.reached.then(
    () => stop(new Failure("protocol", "the daemon ended the stream before it had everything")),
    (failure) => stop(failure),
  );
  let done: boolean | undefined = false;
  try {
    while (!done) {
      const next = await new Promise<IteratorResult<Piece>>((resolve, reject) => {
        stop = reject;
        pieces.next().then(resolve, reject);
      });
      done = next.done;
      if (!next.done) yield next.value;
    }
  } finally {
    // Not awaited: it answers only after the piece that it is at.
    if (!done) void pieces.return?.().catch(() => undefined);
  }
}

const verdict = (failure: Failure | undefined, body: Buffer): Failure | undefined =>
  failure ?? (body.length > 0 ? refusal(remoteError.read(reader(body))) : undefined);

/**
 * Sends `source` into the call's stream and resolves when the daemon confirmed that it has it all.
 * When it fails on our side the connection ends: that is what makes the daemon give the stream up, wherever it stands.
 */
export async function upload<N extends ProcedureName>(
  wire: Wire,
  name: N,
  args: Arguments<N>,
  source: AsyncIterable<Piece>,
  limits: CallLimits = {},
): Promise<void> {
  const { program, number } = procedure(name);
  const end = outcome();
  let refused: Failure | undefined;
  const stop = (failure: Failure | undefined) => {
    refused ??= failure;
    end.settle(refused);
  };
  const listener: StreamEnd = {
    data: () => undefined,
    hole: () => undefined,
    done: (failure, body) => stop(verdict(failure, body)),
  };
  const { serial, answer } = wire.begin(name, args, listener, limits);
  const header = (type: number, status: number) => ({ program, procedure: number, type, serial, status });
  const unwatch = watch(limits, stop);
  try {
    await answer;
    const gate = sluice(wire, end.reached);
    for await (const piece of unlessEnded(source, end)) {
      if (refused) throw refused;
      if (piece instanceof Uint8Array)
        await sendData(piece, gate, (beyond) => frame(header(TYPE.stream, STATUS.continue), beyond));
      else await gate.send(holeFrame(header(TYPE.streamHole, STATUS.continue), piece.hole));
    }
    await gate.send(frame(header(TYPE.stream, STATUS.ok), 0));
    await end.reached;
  } catch (thrown) {
    giveUp(wire, serial, refused ?? thrown);
  } finally {
    unwatch();
  }
}

/** After a refusal of the daemon the connection is as good as new; after anything else the stream still hangs on it. */
function giveUp(wire: Wire, serial: number, thrown: unknown): never {
  wire.forget(serial);
  if (!remoteErrorOf(thrown)) wire.end();
  throw asFailure(thrown);
}

async function sendData(data: Uint8Array, gate: Sluice, head: (beyond: number) => Buffer): Promise<void> {
  for (let at = 0; at < data.length; at += STREAM_PAYLOAD) {
    const part = data.subarray(at, at + STREAM_PAYLOAD);
    const ready = gate.send(head(part.length), part);
    if (ready) await ready;
  }
}

function frame(header: Parameters<typeof beginFrame>[1], beyond: number): Buffer {
  const to = writer(28);
  endFrame(to, beginFrame(to, header), beyond);
  return to.bytes.subarray(0, to.at);
}

function holeFrame(header: Parameters<typeof beginFrame>[1], length: number): Buffer {
  const to = writer(40);
  const start = beginFrame(to, header);
  hyper.write(to, length);
  uint.write(to, 0);
  endFrame(to, start);
  return to.bytes.subarray(0, to.at);
}

interface Sluice {
  /** Sends; gives a promise when the sender must wait before it sends more. */
  send(head: Buffer, body?: Uint8Array): Promise<void> | undefined;
}

/** Lets a bounded amount through at a time; waiting ends too when the stream does. */
function sluice({ stream }: Wire, ended: Promise<void>): Sluice {
  let ahead = 0;
  let open: (() => void) | undefined;
  return {
    send: (head, body) => {
      const size = head.length + (body?.length ?? 0);
      ahead += size;
      const gone = () => {
        ahead -= size;
        if (ahead > AHEAD.least) return;
        open?.();
        open = undefined;
      };
      if (body) {
        stream.cork();
        stream.write(head);
        stream.write(body, gone);
        stream.uncork();
      } else stream.write(head, gone);
      if (ahead < AHEAD.most) return undefined;
      return Promise.race([
        new Promise<void>((resolve) => {
          open = resolve;
        }),
        ended,
      ]);
    },
  };
}

/** Receives what the call's stream brings. Leaving the loop early ends the connection, as a failure on our side does. */
export async function* download<N extends ProcedureName>(
  wire: Wire,
  name: N,
  args: Arguments<N>,
  limits: CallLimits = {},
): AsyncGenerator<Piece, void, undefined> {
  const { program, number } = procedure(name);
  const inbox = basin(wire);
  const { serial, answer } = wire.begin(name, args, inbox.end, limits);
  const unwatch = watch(limits, inbox.fail);
  let settled = false;
  try {
    await answer;
    for (let piece = await inbox.next(); piece; piece = await inbox.next()) yield piece;
    wire.send({ program, procedure: number, type: TYPE.stream, serial, status: STATUS.ok });
    await inbox.confirmed;
    settled = true;
  } catch (thrown) {
    settled = true;
    giveUp(wire, serial, thrown);
  } finally {
    unwatch();
    if (!settled) wire.end();
  }
}

/** Gathers a bounded amount of what arrives, until it is asked for. */
function basin({ stream }: Wire) {
  const end = outcome();
  const pieces: Piece[] = [];
  let held = 0;
  let complete = false;
  let failed: Failure | undefined;
  let wake: (() => void) | undefined;
  const roused = () => {
    wake?.();
    wake = undefined;
  };
  const fail = (failure: Failure | undefined) => {
    failed ??= failure;
    end.settle(failed);
    complete = true;
    roused();
  };
  const hold = (piece: Piece, size: number) => {
    pieces.push(piece);
    held += size;
    if (held > AHEAD.most) stream.pause();
    roused();
  };
  return {
    confirmed: end.reached,
    fail,
    end: {
      data: (part, last) => {
        if (part.length > 0) return hold(part, part.length);
        if (!last) return;
        complete = true;
        roused();
      },
      hole: (body) => hold({ hole: Number(hyper.read(reader(body))) }, 0),
      done: (failure, body) => fail(verdict(failure, body)),
    } satisfies StreamEnd,
    async next(): Promise<Piece | undefined> {
      while (pieces.length === 0 && !complete) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (failed) throw failed;
      const piece = pieces.shift();
      if (piece instanceof Uint8Array) held -= piece.length;
      if (held <= AHEAD.least && stream.isPaused()) stream.resume();
      return piece;
    },
  };
}
