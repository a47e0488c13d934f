/** Today's XML of an object against what libvirt wrote back after our last write. */
import type { Bag, Value as Said } from "../plugin/resource";
import { brief, type Element, merge, read, type Shape, type Value, write } from "../vocabulary";
import { type Node, parse } from "../xml";
import { drifted } from "./drift";
import { applyEdits, editsOf, without } from "./edits";
import { effective } from "./inputs";
import { type Baseline, hidden, packBaseline, unpackBaseline } from "./state";

export const reading = <S extends Shape>(declaration: Element<S>, xml: string): Value<S> =>
  read(declaration, parse(xml));

/** The inputs as the host has them today; the very same object where nothing drifted. Without a baseline nothing can be told. */
export function seenToday<S extends Shape>(
  declaration: Element<S>,
  inputs: Bag,
  packed: unknown,
  today: Baseline,
): Bag {
  const before = unpackBaseline(packed);
  if (!before) return inputs;
  const [was, now] = [before, today].map(({ xml }) => reading(declaration, xml)) as [Value<S>, Value<S>];
  return drifted(declaration, inputs, was, now, before.libvirt === today.libvirt);
}

/** The inputs of an object that no program has said yet: all there is, as a person would write it. */
export const imported = <S extends Shape>(declaration: Element<S>, xml: string): Bag => ({
  ...sayable(declaration, brief(declaration, reading(declaration, xml)) as Bag),
  [hidden.defaults]: {},
});
const isEmpty = (value: Said | undefined): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;
/** Without what libvirt only reports: no program can say it. */
function sayable(declaration: Element<Shape>, value: Bag): Bag {
  const said = Object.entries(value).flatMap(([key, v]): [string, Said | undefined][] => {
    const field = declaration.shape[key];
    if (!field || field.facts.reported) return [];
    if (!("of" in field.place)) return [[key, v]];
    const of = field.place.of();
    const one = (item: Said): Said =>
      typeof item === "object" && item !== null && !Array.isArray(item) ? sayable(of, item as Bag) : item;
    const spoken = Array.isArray(v) ? v.map(one) : v === undefined ? v : one(v);
    return isEmpty(spoken) && field.facts.filled ? [] : [[key, spoken]];
  });
  return Object.fromEntries(said);
}

export const wanted = <S extends Shape>(declaration: Element<S>, inputs: Bag): Value<S> =>
  effective(declaration, inputs) as Value<S>;

export const baselineOf = (xml: string, libvirt: string): Bag => ({
  [hidden.baseline]: packBaseline({ xml, libvirt }),
});

/** The XML of a value, with the program's own edits; `done` are the inputs of the write before. */
export function written<S extends Shape>(declaration: Element<S>, value: Value<S>, inputs: Bag, done?: Bag): Node {
  const [was, want] = [editsOf(done), editsOf(inputs)];
  const kept = without(was, without(was, want));
  let out = write(declaration, value);
  if (kept.length < was.length) {
    applyEdits(out, was, kept);
    // What an edit hid is what the program says.
    out = write(declaration, merge(declaration, read(declaration, out), {}, wanted(declaration, inputs)));
  }
  applyEdits(out, kept, want);
  return out;
}
