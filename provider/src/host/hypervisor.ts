/** One host, put together: which connection serves what, and what errors say. */
import { asFailure, type Code, Failure } from "../failure";
import { type Arguments, type EventName, type ProcedureName, procedure, type Results } from "../libvirt";
import type { Address } from "../transport";
import { askAgent } from "./agent";
import { identityOf, memory } from "./facts";
import type { DomainKind, Host, Identity, Limits, Piece } from "./host";
import { lanes } from "./lanes";
import { gate, within } from "./limits";
import { type Line, lines } from "./lines";
import { type Reach, readOnly } from "./reach";
import { settling } from "./repeats";
import { bulk } from "./streams";
import { subscriptions } from "./subscriptions";
import { until } from "./until";

/** How long a call may take, in ms; `SLOW` is for those that copy, format, or wait for a guest. */
const QUICK = 60_000;
const SLOW = 60 * 60_000;
/**
 * Connections for what changes things, and for what takes long. Four calls each: sixteen of the twenty workers that a daemon has for all
 * its clients (`max_workers`).
 */
const ACTING = 2;
const SLOWLY = 2;
/** Guests that hang must leave room for what changes things. */
const GUESTS_AT_ONCE = 4;
/** sshd lets one session open ten channels for commands at a time unless it is told otherwise (MaxSessions). */
const COMMANDS_AT_ONCE = 8;
/** More uploads and downloads at once would only share the same wire. */
const STREAMS_AT_ONCE = 4;
/** A console is mostly silent and open for minutes: it must not keep the data of others waiting. */
const CONSOLES_AT_ONCE = 64;

/** Where nobody who knew more has said what can be done. */
const REMEDIES: Readonly<Partial<Record<Code, string>>> = {
  connection: "Check that the host is up and its libvirt daemon runs, and try again",
  lost: "Check that the host is up and its libvirt daemon runs, and try again",
  protocol: "Check that what listens there is libvirt's daemon, and that nothing on the way changes what it says",
};

type About = { object?: string } & Limits;

export function hypervisor(name: string, address: Address, reach: Reach): Host {
  const way = lines(address, reach);
  const known = memory();
  const heard = subscriptions();
  const enter = gate(COMMANDS_AT_ONCE);
  const alive = (limits: Limits) => ask("connectGetLibVersion", {}, limits);
  const streams = bulk(way, STREAMS_AT_ONCE, alive);
  const consoles = bulk(way, CONSOLES_AT_ONCE, alive);
  const volumes = bulk(way, STREAMS_AT_ONCE, alive, "storage");

  const lane = (name: ProcedureName) => {
    if (name === "domainOpenConsole" || name === "domainOpenChannel") return consoles;
    return name.startsWith("storageVol") ? volumes : streams;
  };

  // The daemon works on five requests of one client at a time: what changes things, and what takes
  // long, must not stand before what only asks, nor before events.
  const control: Line = way.line({
    keepalive: true,
    listener: { event: heard.event, ended: () => void returned() },
    prepare: async (connection) => {
      known.forget();
      await heard.prepare(connection);
    },
  });
  const acting = lanes(way, ACTING);
  const slow = lanes(way, SLOWLY);
  const guests = gate(GUESTS_AT_ONCE);

  /** After a loss, events must come again without anybody asking. */
  const returned = async (): Promise<void> => {
    if (!heard.wanted) return;
    await control.get({}).catch((thrown) => heard.lost(asFailure(thrown)));
  };

  /** Puts object and host on whatever goes wrong. */
  const located = async <T>(work: () => Promise<T>, object?: string): Promise<T> => {
    try {
      return await work();
    } catch (thrown) {
      const failure = readOnly(asFailure(thrown));
      const remedy = REMEDIES[failure.code];
      throw failure.in({ host: name, ...(object ? { object } : {}), ...(remedy ? { remedy } : {}) });
    }
  };

  const bounded = (procedureName: ProcedureName, { signal, deadline = Number.POSITIVE_INFINITY }: Limits): Limits => ({
    signal,
    deadline: Math.min(deadline, Date.now() + (procedure(procedureName).slow ? SLOW : QUICK)),
  });

  const ask = async <N extends ProcedureName>(
    procedureName: N,
    args: Arguments<N>,
    limits: Limits,
  ): Promise<Results<N>> => {
    const once = async () => (await control.get(limits)).call(procedureName, args, limits);
    return once().catch((thrown) => {
      if (asFailure(thrown).code !== "lost") throw thrown;
      return once();
    });
  };
  const act = async <N extends ProcedureName>(
    procedureName: N,
    args: Arguments<N>,
    limits: Limits,
  ): Promise<Results<N>> => {
    const on = procedure(procedureName).slow && procedureName !== "domainAgentCommand" ? slow : acting;
    // Its own time begins when its turn has come.
    const once = () =>
      on.do(limits, (connection) => connection.call(procedureName, args, bounded(procedureName, limits)));
    return once().catch((thrown) => {
      const failure = asFailure(thrown);
      if (failure.code !== "lost") throw failure;
      const settle = settling(procedureName, args);
      if (!settle) throw unfinished(failure);
      return settle((question, about) => ask(question, about, bounded(question, limits)), once).catch((still) => {
        const { code } = asFailure(still);
        // A host that stays silent cannot be looked at: what was lost first is what the user must hear.
        if (code === "timeout") throw unfinished(failure);
        throw code === "lost" || code === "connection" ? unfinished(asFailure(still)) : still;
      });
    });
  };
  const capabilities = () =>
    known.recall("capabilities", async () => (await ask("connectGetCapabilities", {}, {})).capabilities);
  const domainCapabilities = ({ emulatorbin, arch, machine, virttype }: DomainKind) =>
    known.recall(
      JSON.stringify(["domainCapabilities", emulatorbin, arch, machine, virttype]),
      async () =>
        (await ask("connectGetDomainCapabilities", { emulatorbin, arch, machine, virttype }, {})).capabilities,
    );
  const identity = (): Promise<Identity> =>
    known.recall("identity", () => identityOf((question, args) => ask(question, args, {}), capabilities()));

  const on: Host["on"] = (event, listener, limits = {}) =>
    located(async () => heard.add(await control.get(limits), event, listener as (event: unknown) => void));

  const call: Host["call"] = (procedureName, args, { object, ...limits }: About = {}) => {
    const answer = () =>
      procedure(procedureName).reads
        ? ask(procedureName, args, bounded(procedureName, limits))
        : act(procedureName, args, limits);
    return located(answer, object);
  };

  return {
    name,
    uri: address.label,
    identity: (limits = {}) => located(() => within(identity(), limits, "asking who it is")),
    capabilities: (limits = {}) => located(() => within(capabilities(), limits, "asking what it can do")),
    domainCapabilities: (kind = {}, limits = {}) =>
      located(() => within(domainCapabilities(kind), limits, "asking what domains can have")),
    call,
    anticipate: () => {
      acting.open();
      slow.open();
    },
    agent: (uuid, command, args, about = {}) =>
      located(async () => {
        const leave = await guests(about);
        return askAgent(call, uuid, command, args, about).finally(leave);
      }, about.object),
    upload: (procedureName, args, source, { object, ...limits }: About = {}) =>
      located(() => lane(procedureName).upload(procedureName, args, source, limits), object),
    download: (procedureName, args, { object, ...limits }: About = {}) =>
      locatedEach(lane(procedureName).download(procedureName, args, limits), (work) => located(work, object)),
    on,
    until: <T>(
      names: readonly EventName[],
      look: () => Promise<T | undefined>,
      { object, concerns = () => true, ...limits }: Parameters<Host["until"]>[2],
    ) => located(() => until({ on, watch: heard.watch }, names, look, concerns, limits), object),
    can: () => address.transport === "unix" || address.transport === "ssh",
    run: (command, options = {}) =>
      located(async () => {
        const leave = await enter(options);
        try {
          const { run } = await way.session(options);
          if (!run)
            throw new Failure("unsupported", "commands cannot be run on a host that is reached this way", {
              remedy: "Use a `+ssh` URI",
            });
          return await run(command, options);
        } finally {
          leave();
        }
      }, `command ${command[0]}`),
    close: async () => way.close(),
  };
}

const unfinished = (failure: Failure): Failure =>
  new Failure("lost", `${failure.problem} while it was being changed; the change may have been made`, {
    remedy: "Look at what is there before trying again",
    ...failure.circumstances,
  });

async function* locatedEach(
  source: AsyncGenerator<Piece>,
  located: <T>(work: () => Promise<T>) => Promise<T>,
): AsyncGenerator<Piece> {
  try {
    for (let step = await located(() => source.next()); !step.done; step = await located(() => source.next()))
      yield step.value;
  } finally {
    await source.return(undefined);
  }
}
