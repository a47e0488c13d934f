/** Who wants to hear of which event, across connections. */
import type { Failure } from "../failure";
import { type Connection, type EventName, type EventOf, remoteErrorOf, subscribe } from "../libvirt";

type Hear = (event: EventOf<EventName>) => void;

/** Is told when events may have been missed: look again, or learn why there will be none. */
export interface Watcher {
  again(): void;
  lost(why: Failure): void;
}

export interface Subscriptions {
  event: Hear;
  /** Asks a new connection for all that is wanted, and tells the watchers that they may have missed something. */
  prepare(connection: Connection): Promise<void>;
  /** Hears that event. `connection` is asked for it, once. */
  add(connection: Connection, name: EventName, hear: Hear): Promise<() => void>;
  watch(watcher: Watcher): () => void;
  /** The connection is gone and no new one can be had. */
  lost(why: Failure): void;
  readonly wanted: boolean;
}

/** How long a daemon may take to be asked for events, in ms: whoever connects waits for that. */
const PATIENCE = 30_000;

export function subscriptions(): Subscriptions {
  const hearers = new Map<EventName, Set<Hear>>();
  const watchers = new Set<Watcher>();
  const asked = new WeakMap<Connection, Map<EventName, Promise<void>>>();

  const ask = (connection: Connection, name: EventName): Promise<void> => {
    const already = asked.get(connection) ?? new Map<EventName, Promise<void>>();
    asked.set(connection, already);
    const asking =
      already.get(name) ?? subscribe(connection, name, { deadline: Date.now() + PATIENCE }).then(() => undefined);
    already.set(name, asking);
    asking.catch(() => already.delete(name));
    return asking;
  };
  const forget = (name: EventName, hear: Hear) => {
    const those = hearers.get(name);
    those?.delete(hear);
    if (those?.size === 0) hearers.delete(name);
  };

  return {
    get wanted() {
      return hearers.size > 0;
    },
    event: (event) => {
      for (const hear of hearers.get(event.kind) ?? []) heedless(() => hear(event));
    },
    prepare: async (connection) => {
      await Promise.all([...hearers.keys()].map((name) => ask(connection, name).catch(unlessRefused)));
      for (const watcher of watchers) watcher.again();
    },
    add: async (connection, name, hear) => {
      hearers.set(name, (hearers.get(name) ?? new Set()).add(hear));
      try {
        await ask(connection, name);
      } catch (failure) {
        forget(name, hear);
        throw failure;
      }
      return () => forget(name, hear);
    },
    watch: (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    lost: (why) => {
      for (const watcher of watchers) watcher.lost(why);
    },
  };
}

/** A daemon that came back without knowing some event is still a daemon; one that does not answer is not. */
function unlessRefused(thrown: unknown): void {
  if (!remoteErrorOf(thrown)) throw thrown;
}

/** What one listener does wrong is not for the others, nor for the connection: the process is told. */
function heedless(hear: () => void): void {
  try {
    hear();
  } catch (thrown) {
    process.emitWarning(thrown instanceof Error ? thrown : String(thrown));
  }
}
