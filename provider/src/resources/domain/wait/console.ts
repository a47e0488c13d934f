/** Listens to a machine's console for cloud-init's last word: what is left where the agent is not there or may not read files. */
import { asFailure } from "../../../failure";
import type { Host, Limits } from "../../../host/host";
import { consoleReader, type Ended, type Heard } from "./cloudInit";
import { type Machine, objectOf } from "./sources";

/** Milliseconds after the last word in which systemd may still say that a stage failed. */
const afterwards = 3000;

export interface Listener {
  readonly ended: Ended | undefined;
  /** `silent so far`, `not through yet`, or why it cannot be listened to. */
  readonly says: string;
  /** Opens the console where it is not open: somebody else may have held it. */
  kick(): void;
  /** Leaves the console to others: only one can hold it. */
  close(): void;
}

export function listen(host: Host, machine: Machine, limits: Limits, changed: () => void): Listener {
  const closing = new AbortController();
  const signal = limits.signal ? AbortSignal.any([limits.signal, closing.signal]) : closing.signal;
  let heard: Heard | undefined;
  let settled = false;
  let says = "silent so far";
  let open = false;

  let grace: NodeJS.Timeout | undefined;
  const settle = (): void => {
    settled = true;
    clearTimeout(grace);
    changed();
  };
  const follow = async (): Promise<void> => {
    const reader = consoleReader();
    const about = { object: objectOf(machine), ...limits, signal };
    for await (const piece of host.download("domainOpenConsole", { dom: { uuid: machine.uuid } }, about)) {
      says = "not through yet";
      if (piece instanceof Uint8Array) heard = reader.feed(piece);
      if (heard?.sure) settle();
      else if (heard) grace ??= setTimeout(settle, afterwards);
      if (settled) return;
    }
  };
  return {
    get ended() {
      return settled ? heard?.ended : undefined;
    },
    get says() {
      return says;
    },
    kick() {
      if (open || settled || signal.aborted) return;
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
    close() {
      clearTimeout(grace);
      closing.abort();
    },
  };
}
