/** What ends a wait early: a deadline or a signal. Many waits share one timer and one listener, for they are many a millisecond. */
import { setMaxListeners } from "node:events";
import { Failure } from "../failure";

export interface CallLimits {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds since the epoch. */
  readonly deadline?: number | undefined;
}

export const cancelled = (when = "while the host was at it"): Failure => new Failure("cancelled", `cancelled ${when}`);
export const late = (): Failure =>
  new Failure("timeout", "the host did not answer before the deadline", {
    remedy: "See whether the host is overloaded or its libvirt daemon hangs, and try again",
  });

const LONGEST_TIMER = 0x7fffffff;
const timerUntil = (deadline: number, ring: () => void): NodeJS.Timeout =>
  setTimeout(ring, Math.min(Math.max(deadline - Date.now(), 0), LONGEST_TIMER));

/** Calls `giveUp` for those of `waits` whose limits are reached. */
export function expiry<W extends CallLimits>(waits: () => Iterable<W>, giveUp: (wait: W, why: Failure) => void) {
  const heeded = new WeakSet<AbortSignal>();
  let soonest = Number.POSITIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  const arm = (deadline: number) => {
    soonest = deadline;
    clearTimeout(timer);
    timer = deadline === Number.POSITIVE_INFINITY ? undefined : timerUntil(deadline, ring).unref();
  };
  const ring = () => {
    const now = Date.now();
    let next = Number.POSITIVE_INFINITY;
    for (const wait of [...waits()]) {
      const { deadline = Number.POSITIVE_INFINITY } = wait;
      if (deadline <= now) giveUp(wait, late());
      else next = Math.min(next, deadline);
    }
    arm(next);
  };
  const abort = ({ target }: Event) => {
    for (const wait of [...waits()]) if (wait.signal === target) giveUp(wait, cancelled());
  };

  return {
    /** Heeds the limits of a wait that has begun. */
    watch(signal: AbortSignal | undefined, deadline: number | undefined): void {
      if (deadline !== undefined && deadline < soonest) arm(deadline);
      if (!signal || heeded.has(signal)) return;
      heeded.add(signal);
      setMaxListeners(0, signal); // One signal ends any number of calls: not the leak that Node suspects.
      signal.addEventListener("abort", abort, { once: true });
    },
    stop: () => arm(Number.POSITIVE_INFINITY),
  };
}

/** Calls `giveUp` when the limits are reached; the function it returns stops watching. */
export function watch({ signal, deadline }: CallLimits, giveUp: (failure: Failure) => void): () => void {
  const timer = deadline === undefined ? undefined : timerUntil(deadline, () => giveUp(late()));
  const abort = () => giveUp(cancelled());
  if (signal?.aborted) queueMicrotask(abort);
  signal?.addEventListener("abort", abort, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  };
}
