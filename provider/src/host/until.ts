/** Waiting for a state of affairs: events say when to look, looking says what is. */
import { asFailure, Failure } from "../failure";
import type { EventName, EventOf } from "../libvirt";
import type { Host, Limits } from "./host";
import { within } from "./limits";
import type { Watcher } from "./subscriptions";

interface Sources {
  on: Host["on"];
  watch(watcher: Watcher): () => void;
}

export async function until<T>(
  sources: Sources,
  names: readonly EventName[],
  look: () => Promise<T | undefined>,
  concerns: (event: EventOf<EventName>) => boolean,
  limits: Limits,
): Promise<T> {
  const bell = ring();
  const hear = (event: EventOf<EventName>) => {
    try {
      if (concerns(event)) bell.ring();
    } catch (thrown) {
      bell.fail(asFailure(thrown));
    }
  };
  const leave = [sources.watch({ again: bell.ring, lost: (why) => bell.fail(notBack(why)) })];
  try {
    // Listening comes before looking: what happens in between rings the bell.
    for (const name of names) leave.push(await sources.on(name, hear, limits));
    for (;;) {
      bell.reset();
      const seen = await within(look(), limits, "looking at it");
      if (seen !== undefined) return seen;
      await within(bell.rung(), limits, "waiting for it");
    }
  } finally {
    for (const off of leave) off();
  }
}

const notBack = (why: Failure): Failure =>
  new Failure("connection", `the connection was lost and could not be made again (${why.problem})`, why.circumstances);

/** Rings once for any number of times that it was rung since it was reset. */
function ring() {
  let rung = false;
  let failed: Failure | undefined;
  let wake: (() => void) | undefined;
  const rouse = () => {
    rung = true;
    wake?.();
  };
  return {
    ring: rouse,
    fail: (why: Failure) => {
      failed = why;
      rouse();
    },
    reset: () => {
      rung = false;
    },
    rung: async () => {
      if (!rung)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      if (failed) throw failed;
    },
  };
}
