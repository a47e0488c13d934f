/** The inputs that say a document, and the document that inputs come to; no host is asked. */
import { Failure } from "../../failure";
import type { Bag, CheckFailure, Path, Value } from "../../plugin/resource";
import { brief, edits, read, told, write } from "../../vocabulary";
import type { Node } from "../../xml";
import type { Context } from "../context";
import { withoutHidden } from "../inputs";
import { replacements } from "../owner";
import type { Kind } from "./kind";

export type { Kind } from "./kind";
export { kinds } from "./kinds";

/** A document with its sizes in libvirt's own units: two that say the same are equal then. */
export const settled = ({ declaration }: Kind, whole: Node): Node =>
  write(declaration, told(declaration, read(declaration, whole)));

/**
 * What a program says to get this document, in the words in which a person would write it; `beside` is what the XML does not
 * say. What no property can say comes as `xml` edits.
 */
export function inputsOf(kind: Kind, whole: Node, beside: Bag = {}): Bag {
  const extra = { ...kind.beside, ...beside };
  const value = sayable(kind, JSON.parse(JSON.stringify(read(kind.declaration, whole))) as Loose, extra);
  const inputs = { ...extra, ...(brief(kind.declaration, value as never) as Bag) };
  const left = edits(settled(kind, documentOf(kind, inputs)), settled(kind, whole));
  return left.length > 0 ? { ...inputs, xml: left as unknown as Value } : inputs;
}

/** The XML that these inputs come to. What only a stack knows (a name, UUID and addresses that are made up) is left out. */
export function documentOf(kind: Kind, inputs: Bag): Node {
  const { failures, inputs: checked } = checkAlone(kind, inputs);
  if (failures.length > 0) throw refused(failures);
  return settled(kind, kind.write(unmade(checked.values, inputs)));
}

function checkAlone(kind: Kind, values: Bag) {
  const { host } = values;
  const news = { values, secrets: [] };
  const request = { urn: "", name: kind.declaration.name, olds: undefined, news, autonaming: undefined };
  return kind.check(alone(typeof host === "string" ? [host] : []), request);
}
/** A provider that knows no host but by name. */
const alone = (names: readonly string[]): Context => ({
  hosts: () => ({
    names,
    get: () => {
      throw new Failure("defect", "a host is asked where there is none");
    },
    close: async () => undefined,
  }),
  owner: () => "",
  planned: new Set(),
  adopted: new Set(),
  replacements: replacements(),
});

/** Check's inputs without the identities that it made up. */
function unmade(checked: Bag, said: Bag): Bag {
  const { name, uuid, interfaces, ...others } = checked;
  const cards = said["interfaces"];
  const addressless = (card: Value, i: number): Value => {
    const { mac: _, ...rest } = card as Bag;
    const before = Array.isArray(cards) ? (cards[i] as Bag | undefined) : undefined;
    return before?.["mac"] === undefined ? (rest as Value) : card;
  };
  return {
    ...others,
    ...(said["name"] === undefined ? {} : { name }),
    ...(said["uuid"] === undefined ? {} : { uuid }),
    ...(Array.isArray(interfaces) ? { interfaces: interfaces.map(addressless) } : {}),
  };
}

type Loose = Record<string, unknown>;
/** The value without what check refuses: what libvirt only reports, and what a program may not say as a property. */
function sayable(kind: Kind, value: Loose, beside: Bag): Loose {
  for (;;) {
    const { failures } = checkAlone(kind, withoutHidden({ ...beside, ...value } as Bag));
    if (failures.length === 0) return value;
    const lasting = failures.filter(({ property }) => !drop(value, property));
    if (lasting.length === failures.length) throw refused(lasting);
  }
}
/** Takes out what stands at the path, or the nearest around it that can go: an item of a list goes with its list, as the others would change places. */
function drop(value: Loose, path: Path): boolean {
  const last = path.at(-1);
  if (last === undefined) return false;
  const around = path.slice(0, -1);
  const holder = around.reduce<unknown>((at, step) => (at as Loose | undefined)?.[step], value) as Loose | undefined;
  if (typeof last === "number" || holder?.[last] === undefined) return drop(value, around);
  delete holder[last];
  return true;
}

/** All faults in one failure, each on a line of its own. */
const refused = (failures: readonly CheckFailure[]): Failure =>
  new Failure("invalid", failures.map(({ property, reason }) => `${spelled(property)} ${reason}`.trim()).join("\n"));
/** `disks[0].target.dev` */
const spelled = (path: Path): string =>
  path.map((step, i) => (typeof step === "number" ? `[${step}]` : `${i > 0 ? "." : ""}${step}`)).join("");
