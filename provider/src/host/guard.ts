/** Streams have no pulse of their own, since a daemon that waits for its disk reads nothing: the host is asked beside them. */
import { asFailure, Failure } from "../failure";
import type { Connection } from "../libvirt";
import type { Limits } from "./host";

/** How long after an answer the host is asked again, and how long it may take, in ms: within 15 s together. */
const PAUSE = 4000;
const PATIENCE = 10_000;

/** Whether the host answers at all; throws where it does not. */
export type Alive = (limits: Limits) => Promise<unknown>;

/** Ends the connection when the host falls silent, until the function it returns is called. */
export function guard(connection: Connection, alive: Alive): () => void {
  const over = new AbortController();
  let timer = setTimeout(look, PAUSE).unref();

  async function look(): Promise<void> {
    try {
      await alive({ signal: over.signal, deadline: Date.now() + PATIENCE });
    } catch (thrown) {
      if (over.signal.aborted) return;
      if (SILENT.has(asFailure(thrown).code))
        connection.end(new Failure("lost", "the host fell silent while data were on their way", { cause: thrown }));
    }
    if (!over.signal.aborted) timer = setTimeout(look, PAUSE).unref();
  }

  return () => {
    over.abort();
    clearTimeout(timer);
  };
}
const SILENT: ReadonlySet<string> = new Set(["connection", "lost", "timeout"]);
