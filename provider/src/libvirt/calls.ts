/** The calls that are made and wait for their answers, by serial number. */
import { Failure } from "../failure";
import { refusal, remoteError } from "./errors";
import { type Header, STATUS } from "./frame";
import { type CallLimits, cancelled, expiry } from "./limits";
import { type Arguments, type Procedure, type ProcedureName, procedure, type Results } from "./procedures";
import { reader } from "./xdr";

/**
 * A daemon works on five requests of one client at a time (`max_client_requests`) and reads nothing while it does, pings included.
 * Of the calls that may have to wait only so many are under way at once, so that it always reads: then its silence means something.
 */
const WAITING_AT_ONCE = 4;

interface Call {
  readonly name: ProcedureName;
  readonly procedure: Procedure<unknown, unknown>;
  readonly args: unknown;
  /** It may have to wait for a guest, a disk, or another's job. */
  readonly waits: boolean;
  readonly signal: AbortSignal | undefined;
  readonly deadline: number | undefined;
  readonly resolve: (result: never) => void;
  readonly reject: (failure: unknown) => void;
  /** Whether it was given up. It is kept until its answer comes: until then the daemon is at it. */
  over: boolean;
}

const LARGEST_SERIAL = 0xffffffff;

/** Keeps who waits for what. `send` puts a call on the wire. */
export function callTable(send: (procedure: Procedure<unknown, unknown>, serial: number, args: unknown) => void) {
  const made = new Map<number, Call>();
  /** Those that wait until fewer wait on the host. */
  const queue = new Set<Call>();
  let last = 0;
  let waiting = 0;
  let over: Failure | undefined;

  const giveUp = (call: Call, why: Failure) => {
    call.over = true;
    queue.delete(call);
    call.reject(why);
  };
  const ends = expiry(function* () {
    yield* queue;
    for (const call of made.values()) if (!call.over) yield call;
  }, giveUp);

  const make = (call: Call): number => {
    last = last === LARGEST_SERIAL ? 1 : last + 1;
    send(call.procedure, last, call.args);
    made.set(last, call);
    if (call.waits) waiting++;
    return last;
  };

  /** Makes the calls there is room for. */
  const proceed = () => {
    for (const call of queue) {
      if (waiting >= WAITING_AT_ONCE) return;
      queue.delete(call);
      try {
        make(call);
      } catch (failure) {
        call.reject(failure);
      }
    }
  };

  const prepare = <N extends ProcedureName>(
    name: N,
    args: Arguments<N>,
    { signal, deadline }: CallLimits,
    begin: (call: Call) => void,
  ): Promise<Results<N>> => {
    if (over) return Promise.reject(unsent(over));
    if (signal?.aborted) return Promise.reject(cancelled("before the host was asked"));
    return new Promise<Results<N>>((resolve, reject) => {
      const declared = procedure(name) as unknown as Procedure<unknown, unknown>;
      const waits = typeof declared.waits === "function" ? declared.waits(args) : declared.waits;
      const call = { name, procedure: declared, args, waits, signal, deadline, resolve, reject, over: false };
      begin(call);
      ends.watch(signal, deadline);
    });
  };

  return {
    /** Whether the daemon reads what it is sent: it is not at its limit. */
    get reads() {
      return waiting <= WAITING_AT_ONCE;
    },

    /** Makes the call, at once or when there is room. A wait that ends early leaves the call running on the host: its answer is dropped. */
    call: <N extends ProcedureName>(name: N, args: Arguments<N>, limits: CallLimits): Promise<Results<N>> =>
      prepare(name, args, limits, (call) => {
        if (call.waits && waiting >= WAITING_AT_ONCE) queue.add(call);
        else make(call);
      }),

    /** Makes the call at once; `begun` is told its serial number. */
    begin: <N extends ProcedureName>(
      name: N,
      args: Arguments<N>,
      limits: CallLimits,
      begun: (serial: number) => void,
    ): Promise<Results<N>> => prepare(name, args, limits, (call) => begun(make(call))),

    /** Whether that call was made, be it answered or not. */
    knows: (serial: number): boolean => serial <= last,

    /** Takes a reply. One to a call that was given up is dropped; one to a call that does not wait is a broken peer. */
    answer(header: Header, body: Buffer): void {
      const call = made.get(header.serial);
      if (!call)
        throw new Failure(
          "protocol",
          `the daemon answered call ${header.serial}, which ${header.serial > last ? "was never made" : "it has answered before"}`,
        );
      if (header.procedure !== call.procedure.number || header.program !== call.procedure.program)
        throw new Failure("protocol", `the daemon answered ${call.name} with the result of something else`);
      if (header.status !== STATUS.ok && header.status !== STATUS.error)
        throw new Failure("protocol", `the daemon answered ${call.name} with the unknown status ${header.status}`);
      made.delete(header.serial);
      if (!call.over) settle(call, header, body);
      if (!call.waits) return;
      waiting--;
      proceed();
    },

    /** Ends all waits, and those that are yet to come. What was not sent yet was not done. */
    fail(why: Failure): void {
      over = why;
      ends.stop();
      for (const call of queue) call.reject(unsent(why));
      for (const call of made.values()) if (!call.over) call.reject(why);
      queue.clear();
      made.clear();
    },
  };
}

/** What the end of the connection means for a call that was not sent. */
const unsent = (why: Failure): Failure =>
  why.code === "lost" ? new Failure("connection", why.problem, why.circumstances) : why;

function settle(call: Call, { status }: Header, body: Buffer): void {
  try {
    if (status === STATUS.ok) call.resolve(call.procedure.ret.read(reader(body)) as never);
    else call.reject(refusal(call.name, remoteError.read(reader(body))));
  } catch (failure) {
    call.reject(failure);
  }
}
