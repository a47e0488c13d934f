/** The connections to one host: made when needed, made again when lost. */
import { asFailure, Failure } from "../failure";
import { type Connection, type Listener, open } from "../libvirt";
import { type Address, dial, type Session } from "../transport";
import type { Limits } from "./host";
import { pause, within } from "./limits";
import type { Reach } from "./reach";

/** A connection that is made again when it was lost. */
export interface Line {
  /** The live connection, or a new one. */
  get(limits: Limits): Promise<Connection>;
  /** Whether there is one that lives. */
  ready(): boolean;
}

export interface LineOptions {
  /** Whether both sides ask each other whether they live. */
  readonly keepalive: boolean;
  /** The driver that serves it, by its own daemon where it has one: the main one would only pass everything on. */
  readonly driver?: string;
  /** Told of events, and of each loss. */
  readonly listener?: Partial<Listener>;
  /** Done with every new connection before anyone uses it. */
  readonly prepare?: (connection: Connection) => Promise<void>;
}

export interface Lines {
  line(options: LineOptions): Line;
  session(limits: Limits): Promise<Session>;
  close(): void;
}

/** The wait before each try to reach a host that had been reached before, in ms; the last one again and again. */
const BACKOFF = [0, 100, 250, 500, 1000, 2000] as const;
const AT_LAST = 3000;
/** No try begins later than this, in ms: a daemon that is told to end gives what it is at half a minute, and then has to start. */
const PATIENCE = 40_000;
/** A host may take this long to let us in and to open its driver, in ms. */
const CONNECTING = 45_000;

export function lines(address: Address, reach: Reach): Lines {
  const closing = new AbortController();
  const [toHost, toDaemon] = [reaching(closing.signal), reaching(closing.signal)];
  const live = new Set<Connection>();
  const limitsOfDialling = () => ({ signal: closing.signal, deadline: Date.now() + CONNECTING });
  const way: Single<Session> = single(
    () => {
      // What a session that ended has left behind goes with it: further logins, files that were written for it.
      way.settled()?.close();
      return toHost(() => dial(address, reach, limitsOfDialling()));
    },
    (session) => session.alive,
  );

  const connect = async ({ keepalive, driver, listener, prepare }: LineOptions): Promise<Connection> => {
    const session = await way.get();
    const own = driver === undefined ? undefined : await session.beside?.(driver, limitsOfDialling());
    const stream = own ?? (await session.open(limitsOfDialling()));
    let made: Connection | undefined;
    const ended = (why: Failure) => {
      if (made && live.delete(made)) listener?.ended?.(why);
    };
    const events: Listener = { event: (event) => listener?.event?.(event), ended };
    made = await open(stream, events, {
      uri: own ? `${driver}://${address.path}` : address.daemon,
      keepalive,
      readonly: reach.readonly,
      who: { address, auth: reach.auth },
      ...limitsOfDialling(),
    });
    live.add(made);
    try {
      await prepare?.(made);
    } catch (thrown) {
      made.end();
      throw thrown;
    }
    return made;
  };

  return {
    line: (options) => {
      const current = single(
        () => toDaemon(() => connect(options)),
        (connection) => connection.alive,
      );
      return {
        get: (limits) => current.ready() ?? within(current.get(), limits, "connecting"),
        ready: () => current.ready() !== undefined,
      };
    },
    session: (limits) => way.ready() ?? within(way.get(), limits, "connecting"),
    close: () => {
      closing.abort();
      for (const connection of live) connection.end(new Failure("cancelled", "the provider is closing"));
      way.settled()?.close();
    },
  };
}

interface Single<T> {
  settled(): T | undefined;
  /** The one that is there and useful: every call asks for it, so it must cost nothing. */
  ready(): Promise<T> | undefined;
  get(): Promise<T>;
}

/** One of something, which is made when it is first needed and again when it has become useless. */
function single<T>(make: () => Promise<T>, useful: (made: T) => boolean): Single<T> {
  let made: T | undefined;
  let making: Promise<T> | undefined;
  let there: Promise<T> | undefined;
  const ready = () => (made !== undefined && useful(made) ? there : undefined);
  return {
    settled: () => made,
    ready,
    get(): Promise<T> {
      const present = making ?? ready();
      if (present) return present;
      const attempt = make().then((result) => {
        made = result;
        there = attempt;
        return result;
      });
      making = attempt.finally(() => {
        making = undefined;
      });
      return making;
    },
  };
}

/** Tries once at first; what was ever reached is given time to come back, whoever asks first. */
function reaching(closing: AbortSignal): <T>(attempt: () => Promise<T>) => Promise<T> {
  let met = false;
  return async (attempt) => {
    const reached = await retried(attempt, met, closing);
    met = true;
    return reached;
  };
}

/** Only what cannot be reached is tried again. */
async function retried<T>(attempt: () => Promise<T>, patient: boolean, closing: AbortSignal): Promise<T> {
  let last: Failure | undefined;
  const late = Date.now() + PATIENCE;
  for (let tries = 0; tries === 0 || patient; tries++) {
    const wait = BACKOFF[tries] ?? AT_LAST;
    if (last && Date.now() + wait > late) break;
    if (wait > 0) await pause(wait, closing);
    if (closing.aborted) throw new Failure("cancelled", "the provider is closing");
    try {
      return await attempt();
    } catch (thrown) {
      last = asFailure(thrown);
      if (last.code !== "connection" && last.code !== "lost") throw last;
    }
  }
  throw last?.code === "lost" ? new Failure("connection", last.problem, last.circumstances) : last;
}
