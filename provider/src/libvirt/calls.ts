/** The calls that wait for their answers, by serial number. */
import { setMaxListeners } from "node:events";
import { Failure } from "../failure";
import { refusal, remoteError } from "./errors";
import { type Header, STATUS } from "./frame";
import type { Procedure } from "./procedures";
import { reader } from "./xdr";

export interface CallLimits {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds since the epoch. */
  readonly deadline?: number | undefined;
}

interface Waiting {
  readonly procedure: Procedure<never, unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (failure: unknown) => void;
  readonly forget: () => void;
}

const LARGEST_SERIAL = 0xffffffff;

/** Keeps who waits for what. `answer` takes a reply, `fail` ends all waits. */
export function callTable() {
  const waiting = new Map<number, Waiting>();
  let last = 0;

  const settle = (serial: number): Waiting | undefined => {
    const call = waiting.get(serial);
    waiting.delete(serial);
    call?.forget();
    return call;
  };

  return {
    get size() {
      return waiting.size;
    },

    /** The number for the next call. */
    next(): number {
      last = last === LARGEST_SERIAL ? 1 : last + 1;
      return last;
    },

    /** Waits for the answer to `serial`. A wait that ends early leaves the call running on the host: its answer is dropped. */
    wait<R>(serial: number, procedure: Procedure<never, R>, limits: CallLimits): Promise<R> {
      return new Promise((resolve, reject) => {
        const forget = watch(limits, (failure) => {
          waiting.delete(serial);
          forget();
          reject(failure);
        });
        waiting.set(serial, { procedure, resolve: resolve as (result: unknown) => void, reject, forget });
      });
    },

    /** Takes a reply. One to a call that was given up is dropped; one to a call that was never made is a broken peer. */
    answer(header: Header, body: Buffer): void {
      if (header.serial > last)
        throw new Failure("protocol", `the daemon answered call ${header.serial}, which was never made`);
      const call = settle(header.serial);
      if (!call) return;
      try {
        if (header.status === STATUS.ok) call.resolve(call.procedure.ret.read(reader(body)));
        else call.reject(refusal(remoteError.read(reader(body))));
      } catch (failure) {
        call.reject(failure);
      }
    },

    fail(failure: Failure): void {
      for (const serial of [...waiting.keys()]) settle(serial)?.reject(failure);
    },
  };
}

/** Calls `giveUp` when the limits are reached; the function it returns stops watching. */
export function watch({ signal, deadline }: CallLimits, giveUp: (failure: Failure) => void): () => void {
  if (!signal && deadline === undefined) return () => undefined;
  const cancelled = () => giveUp(new Failure("cancelled", "cancelled while the host was at it"));
  const late = () => giveUp(new Failure("timeout", "the host did not answer before the deadline"));
  const timer =
    deadline === undefined ? undefined : setTimeout(late, Math.min(Math.max(deadline - Date.now(), 0), 0x7fffffff));
  if (signal?.aborted) queueMicrotask(cancelled);
  else if (signal) {
    setMaxListeners(0, signal); // One signal ends any number of calls: not the leak that Node suspects.
    signal.addEventListener("abort", cancelled, { once: true });
  }
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancelled);
  };
}
