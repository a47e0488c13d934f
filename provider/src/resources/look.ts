/** Today's XML of an object against what libvirt wrote back after our last write. */
import type { Bag } from "../plugin/resource";
import { brief, type Element, edits, merge, read, type Shape, type Value, wished, write } from "../vocabulary";
import { type Node, parse } from "../xml";
import { drifted } from "./drift";
import { applyEdits, editsOf, without } from "./edits";
import { depends } from "./filled";
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

/** The inputs of an object that no program has said yet: what somebody wished of it, as a person would write it. What no property says comes as `xml` edits. */
export function imported(declaration: Element<Shape>, whole: Node): Bag {
  const value = wished(declaration, read(declaration, whole), depends);
  const said = JSON.parse(JSON.stringify(value)) as typeof value;
  const left = edits(write(declaration, said), write(declaration, value));
  return {
    ...(brief(declaration, said) as Bag),
    ...(left.length > 0 ? { xml: left as unknown as Bag[] } : {}),
    [hidden.defaults]: {},
  };
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
