/** Bytes and holes down out of a call. */
import { Failure } from "../failure";
import type { Wire } from "./connection";
import { STATUS, TYPE } from "./frame";
import { type CallLimits, watch } from "./limits";
import { type Arguments, type ProcedureName, procedure } from "./procedures";
import { AHEAD, abandon, ending, notOpened, type Piece } from "./stream";
import type { StreamEnd } from "./streams";
import { hyper, reader } from "./xdr";

/** Receives what the call's stream brings. Whoever leaves early has the daemon give the stream up. */
export async function* download<N extends ProcedureName>(
  wire: Wire,
  name: N,
  args: Arguments<N>,
  limits: CallLimits = {},
): AsyncGenerator<Piece, void, undefined> {
  const inbox = basin(wire);
  const { serial, answer } = wire.begin(name, args, inbox.end, limits);
  const { program, number } = procedure(name);
  const stream = { program, procedure: number, serial };
  const unwatch = watch(limits, inbox.fail);
  let open = false;
  try {
    await answer.catch((refused) => {
      notOpened(wire, refused);
      throw refused;
    });
    open = true;
    for (let piece = await inbox.next(); piece; piece = await inbox.next()) yield piece;
    wire.send({ ...stream, type: TYPE.stream, status: STATUS.ok });
    await inbox.confirmed();
  } finally {
    unwatch();
    inbox.drain();
    if (open) await abandon(wire, stream, inbox.last);
    wire.forget(serial);
  }
}

/** What a piece counts for beside its bytes: a hole takes room, too. */
const EACH = 64;
const weight = (piece: Piece): number => EACH + (piece instanceof Uint8Array ? piece.length : 0);

/** Gathers a bounded amount of what arrives, until it is asked for. */
function basin({ stream }: Wire) {
  const last = ending();
  const over = ending();
  let pieces: Piece[] = [];
  let held = 0;
  let complete = false;
  let drained = false;
  let wake: (() => void) | undefined;
  const rouse = () => {
    wake?.();
    wake = undefined;
  };
  const fail = (failure: Failure | undefined) => {
    over.settle(failure);
    complete = true;
    rouse();
  };
  const hold = (piece: Piece) => {
    if (drained) return;
    pieces.push(piece);
    held += weight(piece);
    if (held > AHEAD.most) stream.pause();
    rouse();
  };
  return {
    last,
    fail,
    confirmed: over.wait,
    end: {
      data: (part, final) => {
        if (part.length > 0) return hold(part);
        if (!final) return;
        complete = true;
        rouse();
      },
      hole: (body) => hold({ hole: holeLength(hyper.read(reader(body))) }),
      done: (failure) => {
        last.settle(failure);
        fail(failure);
      },
    } satisfies StreamEnd,
    async next(): Promise<Piece | undefined> {
      while (pieces.length === 0 && !complete) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (over.reached) await over.wait();
      const piece = pieces.shift();
      if (piece) held -= weight(piece);
      if (held <= AHEAD.least && stream.isPaused()) stream.resume();
      return piece;
    },
    /** Nobody asks any more: what still comes is let go, so that the daemon's last word is heard. */
    drain: () => {
      drained = true;
      pieces = [];
      if (stream.isPaused()) stream.resume();
    },
  };
}

function holeLength(length: bigint): number {
  if (length < 0n || length > Number.MAX_SAFE_INTEGER)
    throw new Failure("protocol", `the daemon sent a hole of ${length} bytes`);
  return Number(length);
}
