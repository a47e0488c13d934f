/** Secrets keep their place though what holds them moved. */
import type { Bag, Path } from "../plugin/resource";
import { type Element, long, type Shape } from "../vocabulary";
import { elementOf, type Field } from "../vocabulary/element";
import { pair } from "../vocabulary/pair";
import { withoutHidden } from "./inputs";

/**
 * The paths of `secrets` in the inputs as they are `now`: items of lists are followed by what identifies them. Where another spelling
 * has no such property, all that it may have become part of is a secret.
 */
export function secretsKept(declaration: Element<Shape>, was: Bag, now: Bag, secrets: readonly Path[]): Path[] {
  const [before, after] = [was, now].map((inputs) => long(declaration, withoutHidden(inputs)) as Bag);
  return secrets.flatMap((path) => {
    const moved = follow(declaration, before, after, path);
    const kept = moved && longestOf(now, moved);
    return kept ? [kept] : [];
  });
}

/** Undefined where the item that held it is gone. */
function follow(declaration: Element<Shape>, was: unknown, now: unknown, path: Path): Path | undefined {
  const out: (string | number)[] = [];
  let [before, after] = [was, now];
  let shape: Shape | undefined = declaration.shape;
  let field: Field<unknown> | undefined;
  for (const step of path) {
    if (typeof step === "number" && field?.many && Array.isArray(before) && Array.isArray(after)) {
      const j = pair(field, before, after).find(([i]) => i === step)?.[1] ?? -1;
      if (j < 0) return undefined;
      out.push(j);
      [before, after] = [before[step], after[j]];
      continue;
    }
    if (typeof step === "string") {
      field = shape?.[step];
      shape = field && elementOf(field)?.shape;
    }
    out.push(step);
    [before, after] = [inside(before, step), inside(after, step)];
  }
  return out;
}
const inside = (value: unknown, step: string | number): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string | number, unknown>)[step] : undefined;

function longestOf(inputs: Bag, path: Path): Path | undefined {
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length);
    if (part.reduce<unknown>(inside, inputs) !== undefined) return part;
  }
  return undefined;
}
