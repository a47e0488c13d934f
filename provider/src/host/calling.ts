/** On which connection a call is made, and what becomes of it when that connection breaks. */
import { asFailure, Failure } from "../failure";
import { type Arguments, asksGuest, type ProcedureName, procedure, type Results } from "../libvirt";
import { whenAllocated } from "./allocating";
import type { Limits } from "./host";
import { CALLS_EACH, type Lender, lanes } from "./lanes";
import type { Line, Lines } from "./lines";
import { persist } from "./persist";
import { settling } from "./repeats";

/** How long a call may take, in ms; `SLOW` is for those that copy, format, or wait for a guest. */
const QUICK = 60_000;
const SLOW = 60 * 60_000;
/** What libvirt may need beside the seconds that it is told to give a guest's agent: one that hangs keeps its socket open. */
const AGENT_AND_BACK = 5000;
/**
 * Connections for what changes things, and for what takes long; and how many guests are asked at a time, which may hang. With them
 * nineteen of the twenty workers are taken that a daemon has for all its clients (`max_workers`): one is left for who only asks.
 */
const ACTING = 2;
const SLOWLY = 2;
const GUESTS_AT_ONCE = CALLS_EACH - 1;
/** What may go over `control` while those connections are opened: three places of its five stay for who only asks. */
const LENT = 2;

type Call = <N extends ProcedureName>(name: N, args: Arguments<N>, limits: Limits) => Promise<Results<N>>;

export interface Calling {
  /** Asks on the connection that waits for nothing but answers. */
  readonly ask: Call;
  readonly call: Call;
  /** Connects for what changes things before there is any. */
  anticipate(): void;
}

/**
 * What only asks goes over `control`. The daemon works on five requests of one client at a time: what changes things, what takes long,
 * and guests that hang must not stand before questions, nor before events.
 */
export function calling(way: Lines, control: Line): Calling {
  const meanwhile: Lender = { line: control, left: LENT };
  const acting = lanes(way, ACTING, { meanwhile });
  const slow = lanes(way, SLOWLY, { meanwhile });
  const guests = lanes(way, 1, { atOnce: GUESTS_AT_ONCE });

  const ask: Call = (name, args, limits) => {
    const within = bounded(name, args, limits);
    return persist(control, within, true, (connection) => connection.call(name, args, within));
  };

  /** Its own time begins when its turn has come. */
  const inLane: Call = (name, args, limits) => {
    const { reads, slow: long } = procedure(name);
    const lane = asksGuest(name, args) ? guests : long ? slow : acting;
    return lane.do(limits, reads, (connection) => connection.call(name, args, bounded(name, args, limits)));
  };

  const act: Call = async (name, args, limits) => {
    // Its answer lost, a volume may be half made yet: what is to be taken away must not become whole afterwards.
    const once = () =>
      name === "storageVolDelete"
        ? whenAllocated(() => inLane(name, args, limits), bounded(name, args, limits))
        : inLane(name, args, limits);
    return once().catch((thrown) => {
      const failure = asFailure(thrown);
      if (failure.code !== "lost") throw failure;
      const settle = settling(name, args);
      if (!settle) throw unfinished(failure);
      return settle((question, about) => ask(question, about, limits), once).catch((still) => {
        const { code } = asFailure(still);
        // A host that stays silent cannot be looked at: what was lost first is what the user must hear.
        if (code === "timeout") throw unfinished(failure);
        throw code === "lost" || code === "connection" ? unfinished(asFailure(still)) : still;
      });
    });
  };

  return {
    ask,
    call: (name, args, limits) => {
      if (!procedure(name).reads) return act(name, args, limits);
      return asksGuest(name, args) ? inLane(name, args, limits) : ask(name, args, limits);
    },
    anticipate: () => {
      acting.open();
      slow.open();
    },
  };
}

function bounded<N extends ProcedureName>(name: N, args: Arguments<N>, limits: Limits): Limits {
  const { signal, deadline = Number.POSITIVE_INFINITY } = limits;
  return { signal, deadline: Math.min(deadline, Date.now() + patienceFor(name, args)) };
}

function patienceFor<N extends ProcedureName>(name: N, args: Arguments<N>): number {
  const { timeout = 0 } = name === "domainAgentCommand" ? (args as Arguments<"domainAgentCommand">) : {};
  if (timeout > 0) return timeout * 1000 + AGENT_AND_BACK;
  return procedure(name).slow ? SLOW : QUICK;
}

const unfinished = (failure: Failure): Failure =>
  new Failure("lost", `${failure.problem} while it was being changed; the change may have been made`, {
    remedy: "Look at what is there before trying again",
    ...failure.circumstances,
  });
