/** One host, put together: which connection serves what, and what errors say. */
import { asFailure, type Code } from "../failure";
import type { EventName, EventOf, ProcedureName } from "../libvirt";
import { brief } from "../qmp";
import type { Address } from "../transport";
import { askAgent } from "./agent";
import { calling } from "./calling";
import { identityOf, memory } from "./facts";
import { getFile, putFile, spaceAt } from "./files";
import type { DomainKind, Host, Identity, Limits, Piece } from "./host";
import { gate, within } from "./limits";
import { type Line, lines } from "./lines";
import { askMonitor } from "./monitor";
import { persist } from "./persist";
import { type Reach, readOnly } from "./reach";
import { running } from "./running";
import { bulk } from "./streams";
import { subscriptions } from "./subscriptions";
import { until } from "./until";

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
  // Whose daemon takes the data is asked whether it lives: that of the domains may hang, or live, by itself.
  const storage = way.line({ keepalive: true, driver: "storage" });
  const volumes = bulk(way, STREAMS_AT_ONCE, (limits) => libVersion(storage, limits), "storage");

  const lane = (name: ProcedureName) => {
    if (name === "domainOpenConsole" || name === "domainOpenChannel") return consoles;
    return name.startsWith("storageVol") ? volumes : streams;
  };

  const control: Line = way.line({
    keepalive: true,
    listener: { event: heard.event, ended: () => void returned() },
    prepare: async (connection) => {
      known.forget();
      await heard.prepare(connection);
    },
  });
  const { ask, call: calls, anticipate } = calling(way, control);

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
    located(async () => {
      let over = false;
      const hear = (heard: EventOf<EventName>) => over || listener(heard as never);
      const added = persist(control, limits, true, (connection) => heard.add(connection, event, hear));
      return within(added, limits, "asking for its events").catch((thrown) => {
        over = true;
        added.then((leave) => leave()).catch(() => undefined);
        throw thrown;
      });
    });

  const call: Host["call"] = (procedureName, args, { object, ...limits }: About = {}) =>
    located(() => calls(procedureName, args, limits), object);

  const run: Host["run"] = async (command, options = {}) => {
    const leave = await enter(options);
    try {
      return await running(way, command, options);
    } finally {
      leave();
    }
  };

  return {
    name,
    uri: address.label,
    identity: (limits = {}) => located(() => within(identity(), limits, "asking who it is")),
    capabilities: (limits = {}) => located(() => within(capabilities(), limits, "asking what it can do")),
    domainCapabilities: (kind = {}, limits = {}) =>
      located(() => within(domainCapabilities(kind), limits, "asking what domains can have")),
    call,
    anticipate,
    agent: (uuid, command, args, about = {}) => located(() => askAgent(call, uuid, command, args, about), about.object),
    monitor: (uuid, command, args, about = {}) =>
      located(() => askMonitor(call, uuid, command, args, about), about.object),
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
    run: (command, options = {}) => located(() => run(command, options), `command ${command[0]}`),
    put: (path, ...content) => located(() => putFile(run, path, ...content), `file ${brief(path)}`),
    get: (path, ...most) => located(() => getFile(run, path, ...most), `file ${brief(path)}`),
    space: (path, limits) => located(() => spaceAt(run, path, limits), `file system of ${brief(path)}`),
    close: async () => way.close(),
  };
}

const libVersion = (line: Line, limits: Limits) =>
  persist(line, limits, true, (connection) => connection.call("connectGetLibVersion", {}, limits));

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
