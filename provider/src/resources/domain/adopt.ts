/** A machine that this stack made and lost sight of: it is taken over as it is, never made anew and never undone. */
import { Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { resources } from "../../model";
import type { Element, Field, Shape } from "../../vocabulary";
import { elementOf } from "../../vocabulary/element";
import { pair } from "../../vocabulary/pair";
import { type Node, parse } from "../../xml";
import { applyEdits, editsOf } from "../edits";
import { maybe } from "../maybe";
import { at, isLoose, type Loose, textAt } from "../values";
import { withScsi } from "./defaults";
import { persistentXml } from "./libvirt";
import { isMarked, type Mark } from "./mark";

interface Own {
  readonly uuid: string;
  readonly name: string;
  readonly mark: Mark;
}
/** The definition of our own machine of this UUID, passwords included. Only its mark says that it is ours: a UUID can be anybody's. */
export async function findOwn(
  host: Host,
  { uuid, name, mark }: Own,
  stranger: (uuid: string) => Failure,
  limits: Limits,
): Promise<string | undefined> {
  const xml = await maybe(persistentXml(host, uuid, name, limits, true));
  if (xml === undefined) return undefined;
  if (isMarked(parse(xml), mark)) return xml;
  throw stranger(uuid);
}
/** `importing` is the command that takes it over. */
export const taken = (host: Host, name: string, uuid: string, importing: string): Failure =>
  new Failure("exists", `a domain ${uuid} is there already, and this stack did not make it`, {
    object: `domain ${name}`,
    host: host.name,
    remedy: `Choose another name or UUID, or take the domain over with ${importing}`,
  });

/** Today's machine with all that the program says. Nobody knows what it said before: what it does not say stays. Pure. */
export function over(today: Loose, wanted: Loose): Loose {
  const laid = overElement(resources.Domain.inputs, today, wanted);
  const [now, said] = [textAt(today, "os", "machine"), at(wanted, "os", "machine")];
  const same = now !== undefined && family(now) === said;
  return withScsi(same ? { ...laid, os: { ...(laid["os"] as Loose), machine: now } } : laid);
}
/** Libvirt writes the version out, and the name alone would bring another one. */
const family = (machine: string): string =>
  machine
    .replace(/^pc-i440fx-.+/, "pc")
    .replace(/^pc-q35-.+/, "q35")
    .replace(/^(virt|pseries|s390-ccw-virtio)-.+/, "$1");

function overElement({ shape, facts: { by } }: Element<Shape>, base: Loose, want: Loose): Loose {
  // What one variant has means nothing to another.
  if (by !== undefined && base[by] !== undefined && want[by] !== undefined && base[by] !== want[by]) return want;
  const out: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(want)) {
    const field = shape[key];
    if (field && !field.facts.reported && value !== undefined) out[key] = overField(field, base[key], value);
  }
  return out;
}
function overField(field: Field<unknown>, base: unknown, want: unknown): unknown {
  const of = elementOf(field);
  const one = (was: unknown, is: unknown): unknown =>
    of && isLoose(was) && isLoose(is) ? overElement(of, was, is) : is;
  if (!field.many) return one(base, want);
  if (!of || !Array.isArray(base) || !Array.isArray(want)) return want;
  const pairs = pair(field, base, want);
  const met = new Map(pairs.map(([i, j]) => [i, j]));
  const there = base.map((item: unknown, i) => ((met.get(i) ?? -1) >= 0 ? one(item, want[met.get(i) ?? -1]) : item));
  return [...there, ...pairs.filter(([i]) => i < 0).map(([, j]) => want[j] as unknown)];
}

/** The program's edits, on a definition that most likely has them already. */
export function editAgain(domain: Node, wanted: Loose): void {
  const edits = editsOf(wanted);
  applyEdits(domain, edits, []);
  for (const edit of edits)
    try {
      applyEdits(domain, [], [edit]);
    } catch (thrown) {
      // What is to be deleted is gone.
      if (edit.delete === undefined) throw thrown;
    }
}
