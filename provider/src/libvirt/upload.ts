/** Bytes and holes up into a call. */
import { asFailure, Failure } from "../failure";
import type { Wire } from "./connection";
import { beginFrame, endFrame, type Header, STATUS, STREAM_PAYLOAD, TYPE } from "./frame";
import { type CallLimits, watch } from "./limits";
import { type Arguments, type ProcedureName, procedure } from "./procedures";
import { AHEAD, abandon, type Ending, ending, notOpened, type Piece } from "./stream";
import type { StreamEnd } from "./streams";
import { hyper, uint, writer } from "./xdr";

type Stream = Omit<Header, "type" | "status">;

/** Sends `source` into the call's stream and resolves when the daemon confirmed that it has it all. */
export async function upload<N extends ProcedureName>(
  wire: Wire,
  name: N,
  args: Arguments<N>,
  source: AsyncIterable<Piece>,
  limits: CallLimits = {},
): Promise<void> {
  const last = ending();
  /** The daemon's last word, or the end of our patience. */
  const over = ending();
  const listener: StreamEnd = {
    data: () => undefined,
    hole: () => undefined,
    done: (failure) => {
      last.settle(failure);
      over.settle(failure);
    },
  };
  const { serial, answer } = wire.begin(name, args, listener, limits);
  const { program, number } = procedure(name);
  const stream = { program, procedure: number, serial };
  let open = false;
  const unwatch = watch(limits, over.settle);
  try {
    await answer;
    open = true;
    await pump(wire, stream, source, over);
    await over.wait();
  } catch (thrown) {
    if (open) await abandon(wire, stream, last);
    else notOpened(wire, thrown);
    throw asFailure(thrown);
  } finally {
    unwatch();
    wire.forget(serial);
  }
}

const early = () => new Failure("protocol", "the daemon ended the stream before it had everything");

/** Sends all pieces and that there are no more. A source that has stalled must not hide that the daemon refused. */
async function pump(wire: Wire, stream: Stream, source: AsyncIterable<Piece>, over: Ending): Promise<void> {
  const gate = sluice(wire, over);
  const pieces = source[Symbol.asyncIterator]();
  let done: boolean | undefined = false;
  try {
    for (;;) {
      const next = await over.orBefore(pieces.next(), early);
      done = next.done;
      if (next.done) break;
      if (next.value instanceof Uint8Array) await sendData(stream, next.value, gate);
      else await gate(holeFrame(stream, next.value.hole));
    }
  } finally {
    // Not awaited: it answers only after the piece that it is at.
    if (!done) void pieces.return?.().catch(() => undefined);
  }
  await gate(frame({ ...stream, type: TYPE.stream, status: STATUS.ok }, 0));
}

async function sendData(stream: Stream, data: Uint8Array, gate: Sluice): Promise<void> {
  for (let at = 0; at < data.length; at += STREAM_PAYLOAD) {
    const part = data.subarray(at, at + STREAM_PAYLOAD);
    const ready = gate(frame({ ...stream, type: TYPE.stream, status: STATUS.continue }, part.length), part);
    if (ready) await ready;
  }
}

function frame(header: Header, beyond: number): Buffer {
  const to = writer(28);
  endFrame(to, beginFrame(to, header), beyond);
  return to.bytes.subarray(0, to.at);
}

function holeFrame(stream: Stream, length: number): Buffer {
  const to = writer(40);
  const start = beginFrame(to, { ...stream, type: TYPE.streamHole, status: STATUS.continue });
  hyper.write(to, length);
  uint.write(to, 0);
  endFrame(to, start);
  return to.bytes.subarray(0, to.at);
}

/** Sends; gives a promise when the sender must wait before it sends more. */
type Sluice = (head: Buffer, body?: Uint8Array) => Promise<void> | undefined;

/** Lets a bounded amount through at a time; waiting ends too when the stream does. */
function sluice({ stream }: Wire, over: Ending): Sluice {
  let ahead = 0;
  let open: (() => void) | undefined;
  return (head, body) => {
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
    const room = new Promise<void>((resolve) => {
      open = resolve;
    });
    return over.orBefore(room, early);
  };
}
