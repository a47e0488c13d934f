/** Waiting with an end to it, and doing a bounded number of things at a time. */
import { setMaxListeners } from "node:events";
import { Failure } from "../failure";
import type { Limits } from "./host";

/** Waits for `work`, but not beyond the limits; the work itself goes on, for others may wait for it too. */
export async function within<T>(work: Promise<T>, { signal, deadline }: Limits, doing: string): Promise<T> {
  if (!signal && deadline === undefined) return work;
  const stops = new AbortController();
  try {
    return await Promise.race([work, limitReached({ signal, deadline }, doing, stops.signal)]);
  } finally {
    stops.abort();
  }
}

function limitReached({ signal, deadline }: Limits, doing: string, stopped: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const cancelled = () => reject(new Failure("cancelled", `cancelled while ${doing}`));
    const late = () => reject(new Failure("timeout", `the deadline passed while ${doing}`));
    if (signal?.aborted) return cancelled();
    const timer =
      deadline === undefined ? undefined : setTimeout(late, Math.min(Math.max(deadline - Date.now(), 0), 0x7fffffff));
    if (signal) setMaxListeners(0, signal); // One signal ends any number of waits: not the leak that Node suspects.
    signal?.addEventListener("abort", cancelled, { once: true });
    stopped.addEventListener("abort", () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancelled);
    });
  });
}

/** Resolves after that many ms, or as soon as the signal says so. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (signal.aborted) done();
    else signal.addEventListener("abort", done, { once: true });
  });
}

/** Lets `most` pass at a time. Resolves to the function that makes room for the next one. */
export function gate(most: number): (limits: Limits) => Promise<() => void> {
  let inside = 0;
  const queue: (() => void)[] = [];
  const leave = () => {
    const next = queue.shift();
    if (next) next();
    else inside--;
  };
  return async (limits) => {
    if (inside < most) inside++;
    else {
      let enter: () => void = () => undefined;
      const turn = new Promise<void>((resolve) => {
        enter = resolve;
      });
      queue.push(enter);
      try {
        await within(turn, limits, "waiting for others to finish");
      } catch (failure) {
        const at = queue.indexOf(enter);
        if (at >= 0) queue.splice(at, 1);
        else leave(); // The turn came together with the end of the wait.
        throw failure;
      }
    }
    let left = false;
    return () => {
      if (!left) leave();
      left = true;
    };
  };
}
