/** One question to the host that is asked over and over, never twice at a time. */
import { asFailure, type Failure } from "../../../failure";

export interface Probe<T> {
  /** The last answer. */
  readonly last: T | undefined;
  /** Asks, unless an answer is under way. */
  kick(): void;
  /** Asks after an answer that is under way too: it may be older than the reason to ask. */
  again(): void;
}

/** `failed` makes an answer of a failure; `answered` is called after each answer. */
export function probe<T>(ask: () => Promise<T>, failed: (why: Failure) => T, answered: () => void): Probe<T> {
  let last: T | undefined;
  let busy = false;
  let stale = false;
  const kick = (): void => {
    if (busy) return;
    busy = true;
    ask()
      .catch((thrown: unknown) => failed(asFailure(thrown)))
      .then((answer) => {
        last = answer;
        busy = false;
        answered();
        if (!stale) return;
        stale = false;
        kick();
      });
  };
  return {
    get last() {
      return last;
    },
    kick,
    again() {
      if (busy) stale = true;
      else kick();
    },
  };
}
