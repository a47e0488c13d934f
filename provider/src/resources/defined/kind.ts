/** What pools, networks and network filters have in common: defined by XML, known by a UUID; the first two are active or not, started with the host or not. */
import type { Host, Limits } from "../../host/host";
import type { Bag, CheckFailure, CheckRequest, Properties, Run } from "../../plugin/resource";
import type { Element, Shape } from "../../vocabulary";
import { type Node, parse } from "../../xml";
import type { Differences } from "../difference";
import { baselineOf, wanted } from "../look";
import { hidden } from "../state";
import { limitsOf } from "../whereabouts";

export interface Named {
  readonly name: string;
  readonly uuid: string;
}
/** How it is found on its host. */
export interface Found {
  /** The persistent definition. */
  readonly xml: string;
  /** As is always what is never started. */
  readonly active: boolean;
  readonly autostart?: boolean;
  /** What an earlier run began with it and could not end, in words. */
  readonly unfinished?: string;
}
/** How what can be active comes to be so, and ends. */
interface Power {
  /** Makes what an inactive one needs before it can start, where that is missing. `note` takes the outputs that this adds, before it is done. */
  build(run: Run, host: Host, object: Named, inputs: Bag, note: (outputs: Bag) => void): Promise<void>;
  start(run: Run, host: Host, object: Named): Promise<void>;
  /** Of an inactive one, what an earlier run began and could not end. */
  stop(run: Run, host: Host, object: Named): Promise<void>;
  setAutostart(host: Host, object: Named, autostart: boolean, limits: Limits): Promise<void>;
}
export interface Kind<S extends Shape> {
  /** `pool` */
  readonly word: string;
  /** `kvm:index:Pool` */
  readonly token: string;
  readonly declaration: Element<S>;
  readonly defaults: Bag;
  readonly faults: (request: CheckRequest) => readonly CheckFailure[];
  /** Whether the old one must go before the new one can come. */
  readonly excludes: (olds: Bag, news: Bag) => boolean;
  /** What such changes do beside what they are for, or do not do yet; the preview says it. */
  readonly sideEffect: (landings: Differences["landings"]) => string | undefined;
  /** Outputs beside name, UUID and host, from the definition. */
  readonly outputs: (definition: Node) => Bag;
  /** `name` may be whatever else `pulumi import` takes. */
  lookup(host: Host, name: string, limits: Limits): Promise<Named>;
  look(host: Host, object: Named, limits: Limits): Promise<Found>;
  all(host: Host, limits: Limits): Promise<readonly Named[]>;
  define(host: Host, xml: string, name: string, limits: Limits): Promise<Named>;
  /** Whether a program says all that is in one: then what else is in one that is taken over goes. */
  readonly whole?: true;
  /** Of a kind that is not just there. */
  readonly power?: Power;
  /** Fails where what it holds would not come along if it were made anew. `look` only: nothing may be started for it. */
  mustHoldNothing(host: Host, object: Named, look: boolean, limits: Limits): Promise<void>;
  change(run: Run, host: Host, object: Named, before: Found, after: string): Promise<void>;
  /** `inputs` say what may go with it, `outputs` what came with it. */
  drop(run: Run, host: Host, object: Named, inputs: Bag, outputs: Bag): Promise<void>;
}

export const objectOf = ({ word }: Pick<Kind<Shape>, "word">, name: string): string => `${word} ${name}`;

/** Outputs of every kind, and of this one. */
export const stables = (kind: Pick<Kind<Shape>, "outputs">): string[] => [
  "name",
  "uuid",
  "host",
  ...Object.keys(kind.outputs({ name: "", attrs: {}, children: [], text: "" })),
];

/** `more` is what only the making of it knew, or the state remembers. */
export async function outputsOf<S extends Shape>(
  kind: Kind<S>,
  run: Run,
  host: Host,
  { name, uuid }: Named,
  xml: string,
  more: Bag,
): Promise<Properties> {
  const at = await host.identity(limitsOf(run));
  const values = {
    ...more,
    name,
    uuid,
    host: host.name,
    ...kind.outputs(parse(xml)),
    [hidden.host]: at.uuid,
    ...baselineOf(xml, at.libvirt),
  };
  return { values, secrets: [[hidden.baseline]] };
}
/** What of the old outputs no look at the host tells. */
export const remembered = (outputs: Bag | undefined): Bag =>
  Object.fromEntries(Object.entries(outputs ?? {}).filter(([key]) => key === hidden.built));

/** Marks it as wanted, and starts it where it is not active, or stops it where the program says so. `note` takes the outputs that this adds, as soon as they may be true. */
export async function settle<S extends Shape>(
  kind: Kind<S>,
  run: Run,
  host: Host,
  object: Named,
  inputs: Bag,
  note: (outputs: Bag) => void,
): Promise<void> {
  const { power } = kind;
  if (!power) return;
  const limits = limitsOf(run);
  const found = await kind.look(host, object, limits);
  const { autostart, active } = wanted(kind.declaration, inputs) as Bag;
  if (typeof autostart === "boolean" && autostart !== found.autostart)
    await power.setAutostart(host, object, autostart, limits);
  if (active === false)
    return found.active || found.unfinished !== undefined ? power.stop(run, host, object) : undefined;
  if (found.active) return;
  await power.build(run, host, object, inputs, note);
  await power.start(run, host, object);
}
