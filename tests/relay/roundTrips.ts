/** How many round trips a piece of work waits for, one after the other: how much longer it takes where each is longer. */
import type { NetConnectOpts } from "node:net";
import { type Host, openHosts } from "../../provider/src/host";
import type { Bag, Provider, Run } from "../../provider/src/plugin/resource";
import { load } from "../../provider/src/provider";
import { lockstep } from "./lockstep";
import { wholeMessages } from "./messages";
import { type Relay, type RelayOptions, relay } from "./relay";

/** How a host is reached through a relay. */
export interface Reach {
  readonly to: NetConnectOpts;
  readonly on: RelayOptions["on"];
  readonly uri: (through: Relay) => string;
}
/** Work on a provider whose connection is open. */
export interface Work {
  /** Two lengths of a round trip, in ms, both longer than what the work computes during one. */
  readonly lengths: readonly [short: number, long: number];
  /** Makes what it needs on the host, past the relay. */
  prepare?(host: Host): Promise<void>;
  once(provider: Provider): Promise<unknown>;
  /** Takes away what it made once. */
  undo?(host: Host): Promise<void>;
  /** Takes away what was prepared. */
  clear?(host: Host): Promise<void>;
}
export interface Trips {
  readonly count: number;
  /** What the work takes beside them, in ms. */
  readonly own: number;
}

/** A machine that is busy only ever adds to a time: the least of several is the truest. */
const ROUNDS = 2;

export async function roundTrips(reach: Reach, direct: Host, work: Work): Promise<Trips> {
  const took = async (roundTrip: number): Promise<number> => {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++)
      await once({ ...reach, delay: roundTrip / 2 }, direct, work, async (at) => {
        const start = performance.now();
        await at();
        times.push(performance.now() - start);
      });
    return Math.min(...times);
  };
  const [short, long] = work.lengths;
  await work.prepare?.(direct);
  try {
    const [sooner, later] = [await took(short), await took(long)];
    const count = (later - sooner) / (long - short);
    return { count, own: Math.max(sooner - count * short, 0) };
  } finally {
    await work.clear?.(direct);
  }
}

/** The same by counting, where libvirt's messages can be told apart. */
export async function countRoundTrips(reach: Reach, direct: Host, work: Work): Promise<number> {
  const steps = lockstep();
  let count = 0;
  await work.prepare?.(direct);
  try {
    await once({ ...reach, split: wholeMessages, gate: steps.gate }, direct, work, async (at) => {
      const before = steps.rounds;
      await at();
      count = steps.rounds - before;
    });
  } finally {
    await work.clear?.(direct);
  }
  return count;
}

/** Has the work done once, by a provider whose connection is open, and takes away what it made. */
async function once(
  { uri, ...way }: Reach & RelayOptions,
  direct: Host,
  work: Work,
  measure: (at: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const through = await relay(way);
  const provider = load();
  try {
    await provider.configure(run, { values: { uri: uri(through), owner: "0".repeat(32) }, secrets: [] });
    await provider.invocation("kvm:index:getHost")?.invoke(run, { values: {}, secrets: [] });
    await measure(() => work.once(provider));
  } finally {
    await provider.close();
    await through.close();
    await work.undo?.(direct);
  }
}

const quiet = (): void => undefined;
const log = { status: quiet, info: quiet, warn: quiet, error: quiet, debug: quiet };
const run: Run = { signal: new AbortController().signal, deadline: undefined, log };
const urnOf = (kind: string, name: string): string => `urn:pulumi:test::trips::kvm:index:${kind}::${name}`;

/** Check and Create, as the engine asks for them. */
async function create(provider: Provider, kind: "Volume" | "Domain", name: string, said: Bag): Promise<string> {
  const resource = provider.resource(`kvm:index:${kind}`);
  if (!resource) throw new Error(`there is no ${kind}`);
  const [urn, news] = [urnOf(kind, name), { values: said, secrets: [] }];
  const { inputs, failures } = await resource.check(run, { urn, name, olds: undefined, news, autonaming: undefined });
  if (failures[0]) throw new Error(failures[0].reason);
  return (await resource.create(run, { urn, name, inputs, preview: false })).id;
}

const NAME = "round-trips";
const uuidOf = (nth: number): string => `0e2e0e2e-0000-4000-8001-${String(nth).padStart(12, "0")}`;
const machines = Array.from({ length: 200 }, (_, nth) => ({ uuid: uuidOf(nth), name: `${NAME}-${nth}` }));

/** A refresh of 200 machines: all at once, as an engine that is not held back asks. */
export const reading: Work = {
  lengths: [800, 1600],
  prepare: async (host) => {
    const xml = ({ uuid, name }: { uuid: string; name: string }): string =>
      `<domain type='qemu'><name>${name}</name><uuid>${uuid}</uuid><memory unit='MiB'>64</memory><os><type>hvm</type></os></domain>`;
    await Promise.all(machines.map((machine) => host.call("domainDefineXmlFlags", { xml: xml(machine) })));
  },
  once: (provider) =>
    Promise.all(
      machines.map(({ uuid, name }) => {
        const inputs = { values: { uuid, name, memory: "64MiB" }, secrets: [] };
        const outputs = { values: { uuid, name }, secrets: [] };
        const request = { urn: urnOf("Domain", name), name, id: uuid, inputs, outputs };
        return provider.resource("kvm:index:Domain")?.read(run, request);
      }),
    ),
  clear: async (host) => {
    await Promise.all(machines.map(({ uuid }) => host.call("domainUndefineFlags", { dom: { uuid } })));
  },
};

/** A volume and then the machine whose disk it is; the machine stays off. */
export const creating: Work = {
  lengths: [100, 250],
  once: async (provider) => {
    const volume = await create(provider, "Volume", NAME, { name: NAME, pool: "default", capacity: "8MiB" });
    const disks = [{ volume }];
    await create(provider, "Domain", NAME, { name: NAME, memory: "64MiB", vcpus: 1, powerState: "stopped", disks });
  },
  undo: async (host) => {
    const { domains } = await host.call("connectListAllDomains", {});
    for (const dom of domains.filter(({ name }) => name === NAME)) await host.call("domainUndefineFlags", { dom });
    await host.call("storageVolDelete", { vol: { pool: "default", name: NAME } });
  },
};

/** Past every relay. */
export async function withHost<T>(uri: string, work: (host: Host) => Promise<T>): Promise<T> {
  const hosts = openHosts({ "": { uri } });
  try {
    return await work(hosts.get());
  } finally {
    await hosts.close();
  }
}
