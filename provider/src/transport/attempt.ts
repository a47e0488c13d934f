/** Doing something that ends in time. */
import { Failure } from "../failure";
import type { Limits } from "./session";

/** What begins something: it reports by one of the two functions, and gives the one that gives it up. */
type Begin<T> = (done: (result: T) => void, failed: (failure: Failure) => void) => () => void;

/** Waits for what `begin` begins, and gives it up at the limits. `place` is for the message: `host port 16514`. */
export function attempt<T>(
  place: string,
  { signal, deadline }: Limits,
  begin: Begin<T>,
  tooLate: () => Failure = () => unanswered(place),
): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let settled = false;
    const unwatched =
      <V>(settle: (value: V) => void) =>
      (value: V) => {
        settled = true;
        clearTimeout(timer);
        signal?.removeEventListener("abort", cancelled);
        settle(value);
      };
    const giveUp = begin(unwatched(resolve), unwatched(reject));
    const stop = unwatched((failure: Failure) => {
      giveUp();
      reject(failure);
    });
    const cancelled = () => stop(new Failure("cancelled", "cancelled while connecting"));
    if (settled) return;
    if (signal?.aborted) return cancelled();
    signal?.addEventListener("abort", cancelled, { once: true });
    if (deadline !== undefined) timer = setTimeout(() => stop(tooLate()), Math.max(deadline - Date.now(), 0));
  });
}

const unanswered = (place: string): Failure =>
  new Failure("connection", `${place} did not answer in time`, {
    remedy: "Check that the host is up, that no firewall is between, and that its libvirt listens there",
  });
