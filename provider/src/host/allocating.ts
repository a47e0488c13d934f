/** Volumes that the daemon is still making for somebody who is gone. */
import { remoteErrorOf } from "../libvirt";
import type { Limits } from "./host";
import { pause } from "./limits";

/** What libvirt says of one to whoever would touch it; the error has no code of its own. */
const STILL = /still being allocated/;
/** How often is looked whether it is made, or gone, in ms: no event tells. */
const AGAIN = 250;
const never = new AbortController().signal;

/** Does `work` on a volume when the daemon has let go of it. */
export async function whenAllocated<T>(work: () => Promise<T>, { signal = never, deadline }: Limits): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (thrown) {
      const message = remoteErrorOf(thrown)?.message ?? "";
      if (!STILL.test(message) || signal.aborted || Date.now() >= (deadline ?? Number.POSITIVE_INFINITY)) throw thrown;
      await pause(AGAIN, signal);
    }
  }
}
