/** What changed on the host since our last write, told in the user's own inputs. */
import { isDeepStrictEqual } from "node:util";
import type { Bag, Path, Value } from "../plugin/resource";
import { brief, diff, type Element, merge, type Value as Of, type Shape } from "../vocabulary";
import { effective, withoutHidden } from "./inputs";
import { hidden } from "./state";

/**
 * The old inputs with exactly those properties overwritten that differ between `before` (the baseline) and `today`.
 * The rest keeps its spelling; without drift it is the very same object.
 */
export function drifted<S extends Shape>(declaration: Element<S>, inputs: Bag, before: Of<S>, today: Of<S>): Bag {
  const drift = diff(declaration, before, today);
  if (drift.length === 0) return inputs;
  const base = effective(declaration, inputs);
  const merged = merge(declaration, base as Of<S>, before, today) as Bag;
  const changed = diff(declaration, base as Of<S>, merged as Of<S>);
  if (changed.length === 0) return inputs;
  const spoken = brief(declaration, merged as Of<S>) as Bag;
  const touched = new Set(changed.map(({ path }) => String(path[0])));
  const out: Record<string, Value | undefined> = { ...inputs };
  for (const key of touched) out[key] = respell(base[key], merged[key], inputs[key], spoken[key]);
  const lost = missing(effective(declaration, out), merged);
  if (lost.length > 0) out[hidden.removed] = lost.map((path) => path.join("."));
  return out;
}

/** Another libvirt may fill in other things: of what drifted, only what the program or a default of ours says by its path. */
export function onlySaid(inputs: Bag, drift: Bag): Bag {
  if (drift === inputs) return inputs;
  const said: readonly (Value | undefined)[] = [inputs, inputs[hidden.defaults]];
  const kept = Object.fromEntries(
    Object.entries(drift).flatMap(([key, value]): [string, Value | undefined][] => {
      if (key.startsWith("__")) return [[key, value]];
      const places = under(said, key);
      return places.length > 0 ? [[key, saidOf(value, places)]] : [];
    }),
  );
  return isDeepStrictEqual(kept, inputs) ? inputs : kept;
}
const under = (said: readonly (Value | undefined)[], key: string | number): Value[] =>
  said.flatMap((one) => {
    const held = typeof one === "object" && one !== null ? (one as Record<string | number, Value>)[key] : undefined;
    return held === undefined ? [] : [held];
  });
/** What is said in a short form, or of a list that has grown or shrunk, is compared whole. */
function saidOf(value: Value | undefined, said: readonly Value[]): Value | undefined {
  if (Array.isArray(value)) {
    const alike = said.filter((one) => Array.isArray(one) && one.length === value.length);
    return alike.length === 0 ? value : value.map((item, i) => saidOf(item, under(alike, i)) ?? null);
  }
  const bags = said.filter((one) => typeof one === "object" && one !== null && !Array.isArray(one));
  if (typeof value !== "object" || value === null || bags.length < said.length || bags.length === 0) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, Value | undefined][] => {
      const places = under(bags, key);
      return places.length > 0 ? [[key, saidOf(inner, places)]] : [];
    }),
  );
}

/** Items of a list that did not drift stay as the user wrote them. */
function respell(
  base: Value | undefined,
  merged: Value | undefined,
  said: Value | undefined,
  spoken: Value | undefined,
): Value | undefined {
  if (!Array.isArray(base) || !Array.isArray(merged) || !Array.isArray(said) || !Array.isArray(spoken)) return spoken;
  return merged.map((item, i) => {
    const same = base.findIndex((old) => isDeepStrictEqual(old, item));
    return (same >= 0 ? said[same] : undefined) ?? spoken[i] ?? null;
  });
}

/** Paths of objects' properties that `whole` has and `wanted` has not. */
function missing(whole: Bag, wanted: Bag, at: Path = []): Path[] {
  return Object.entries(withoutHidden(whole)).flatMap(([key, value]) => {
    const other = wanted[key];
    if (other === undefined) return [[...at, key]];
    if (typeof value !== "object" || value === null || Array.isArray(value) || typeof other !== "object") return [];
    return missing(value as Bag, other as Bag, [...at, key]);
  });
}
