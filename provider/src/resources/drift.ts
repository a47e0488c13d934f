/** What changed on the host since our last write, told in the user's own inputs. */
import { isDeepStrictEqual } from "node:util";
import type { Bag, Path, Value } from "../plugin/resource";
import { brief, confine, diff, type Element, merge, type Value as Of, type Shape } from "../vocabulary";
import { effective, withoutHidden } from "./inputs";
import { hidden } from "./state";

/**
 * The old inputs with exactly those properties overwritten that differ between `before` (the baseline) and `today`.
 * The rest keeps its spelling; without drift it is the very same object. Another libvirt than the one that wrote `before`
 * fills in other things: then only what the program or a default of ours says is compared.
 */
export function drifted<S extends Shape>(
  declaration: Element<S>,
  inputs: Bag,
  before: Of<S>,
  today: Of<S>,
  sameLibvirt: boolean,
): Bag {
  const base = effective(declaration, inputs);
  const now = sameLibvirt ? today : confine(declaration, base as Of<S>, before, today);
  if (diff(declaration, before, now).length === 0) return inputs;
  const merged = merge(declaration, base as Of<S>, before, now) as Bag;
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
