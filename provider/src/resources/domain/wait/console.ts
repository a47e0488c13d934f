/** Listens to a machine's console for cloud-init's last word: what is left where the agent is not there or may not read files. */
import { asFailure } from "../../../failure";
import type { Host, Limits } from "../../../host/host";
import { consoleReader, type Ended } from "./cloudInit";
import { type Machine, objectOf } from "./sources";

export interface Listener {
  readonly ended: Ended | undefined;
  /** `silent so far`, `heard`, or why it cannot be listened to. */
  readonly says: string;
  /** Opens the console where it is not open: somebody else may have held it. */
  kick(): void;
  /** Leaves the console to others: only one can hold it. */
  close(): void;
}

export function listen(host: Host, machine: Machine, limits: Limits, changed: () => void): Listener {
  const closing = new AbortController();
  const signal = limits.signal ? AbortSignal.any([limits.signal, closing.signal]) : closing.signal;
  let ended: Ended | undefined;
  let says = "silent so far";
  let open = false;

  const follow = async (): Promise<void> => {
    const reader = consoleReader();
    const about = { object: objectOf(machine), ...limits, signal };
    for await (const piece of host.download("domainOpenConsole", { dom: { uuid: machine.uuid } }, about)) {
      says = "not through yet";
      if (piece instanceof Uint8Array) ended = reader.feed(piece);
      if (ended) return;
    }
  };
  return {
    get ended() {
      return ended;
    },
    get says() {
      return says;
    },
    kick() {
      if (open || ended || signal.aborted) return;
      open = true;
      follow()
        .catch((thrown: unknown) => {
          if (!signal.aborted) says = asFailure(thrown).problem;
        })
        .finally(() => {
          open = false;
          if (!signal.aborted) changed();
        });
    },
    close: () => closing.abort(),
  };
}
