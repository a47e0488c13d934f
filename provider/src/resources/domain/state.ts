/** What a domain's state in Pulumi holds beside the inputs. */
import type { Host, Limits } from "../../host/host";
import type { Bag, Properties, Value } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { hidden, packBaseline } from "../state";
import { at, items, type Loose, textAt } from "../values";
import type { Disc } from "./seed";
import { lookOnce, type Machine, type Seen } from "./wait";

/** Outputs, beside those of all resources: the cloud-init disc that goes with the machine, as `pool/volume`. */
const seedKey = "__seed";
/** Outputs: the last wait ended without what was waited for, so the next update waits again. */
export const waitingKey = "__waiting";
/** Outputs: devices could not be plugged in, so the next update tries again. */
export const unpluggedKey = "__unplugged";

/** Outputs, where something waits for a restart: libvirt's number of the process that runs without it. */
export const lifeKey = "__life";

export interface Facts {
  readonly uuid: string;
  readonly name: string;
  readonly host: string;
  /** Undefined of an imported machine: it carries no mark of ours. */
  readonly nonce: string | undefined;
  readonly hostUuid: string;
  readonly libvirt: string;
  /** The persistent XML without passwords. */
  readonly xml: string;
  readonly seen: Seen;
  readonly pendingRestart: readonly string[];
  /** The machine as it is: the running one where it runs. */
  readonly live: Loose;
  readonly displays: readonly Loose[];
  readonly seed: Disc | undefined;
  readonly waiting?: boolean;
  readonly unplugged?: boolean;
}

export function outputsOf(facts: Facts): Properties {
  const { seen, seed, nonce } = facts;
  const values: Record<string, Value | undefined> = {
    uuid: facts.uuid,
    name: facts.name,
    host: facts.host,
    address: seen.addresses[0] ?? "",
    addresses: [...seen.addresses],
    nics: seen.nics.map(({ name, mac, addresses }) => ({ name, mac, addresses: [...addresses] })),
    pendingRestart: [...facts.pendingRestart],
    displays: facts.displays as unknown as Value,
    ...madeAs(facts.live),
    [hidden.host]: facts.hostUuid,
    [hidden.baseline]: packBaseline({ xml: facts.xml, libvirt: facts.libvirt }),
    ...marksOf(nonce, seed),
    ...(facts.pendingRestart.length > 0 ? { [lifeKey]: textAt(facts.live, "id") } : {}),
    ...(facts.waiting ? { [waitingKey]: true } : {}),
    ...(facts.unplugged ? { [unpluggedKey]: true } : {}),
  };
  return { values, secrets: [[hidden.baseline]] };
}

/** What its host decided when it was made. */
const madeAs = (machine: Loose): Bag => ({
  type: textAt(machine, "type"),
  machine: textAt(machine, "os", "machine"),
  cpuMode: textAt(machine, "cpu", "mode"),
});
/** The inputs on which they hang. */
const decided = { type: "type", machine: "os", cpuMode: "cpu" } as const;
/** Those of them that these changes leave open, or do not. */
export const decidedBy = (changed: readonly string[], open: boolean): string[] =>
  Object.entries(decided).flatMap(([output, input]) => (changed.includes(input) === open ? [output] : []));

/** All that is known of a machine that could not be looked at. */
export function bareOutputs(facts: Pick<Facts, "uuid" | "name" | "host" | "nonce" | "seed">): Properties {
  const { uuid, name, host, nonce, seed } = facts;
  const open = { address: "", addresses: [], nics: [], pendingRestart: [], displays: [] };
  return { values: { uuid, name, host, ...open, ...marksOf(nonce, seed) }, secrets: [] };
}
const marksOf = (nonce: string | undefined, seed: Facts["seed"]): Bag => ({
  ...(nonce === undefined ? {} : { [hidden.nonce]: nonce }),
  ...(seed === undefined ? {} : { [seedKey]: `${seed.pool}/${seed.volume}` }),
});

/** Outputs that another start, another card or a wait may change. */
export const moving = ["address", "addresses", "nics", "displays"] as const;
/** Outputs of which a preview cannot say what they will be. */
export const open = (names: readonly string[]): Bag => Object.fromEntries(names.map((name) => [name, unknown]));

/** What a preview can say of a machine that is not there yet. */
export const previewed = (known: Bag): Properties => ({
  values: { ...open([...moving, "pendingRestart", ...Object.keys(decided)]), ...known },
  secrets: [],
});

export const seedOf = (outputs: Bag | undefined): Disc | undefined => {
  const id = outputs?.[seedKey];
  if (typeof id !== "string") return undefined;
  return { pool: id.slice(0, id.indexOf("/")), volume: id.slice(id.indexOf("/") + 1) };
};

export const machineOf = (uuid: string, name: string, value: Loose): Machine => ({
  uuid,
  name,
  macs: items(value, "interfaces").flatMap((nic) => textAt(nic, "mac") ?? []),
});

/** A stopped machine has no addresses, and one without cards none to ask for. */
export async function look(host: Host, machine: Machine, runs: boolean, limits: Limits): Promise<Seen> {
  if (runs && machine.macs.length > 0) return lookOnce(host, machine, limits);
  return { addresses: [], nics: machine.macs.map((mac) => ({ name: "", mac, addresses: [] })) };
}

/** Where a running machine's screens are served. */
export const displaysOf = (live: Loose): Loose[] =>
  items(live, "graphics").map((screen) => {
    const port = Number(at(screen, "port"));
    return { type: String(screen["type"]), ...(port > 0 ? { port } : {}) };
  });
