/** An object's properties as these files handle them: in the model's words, some perhaps unknown yet. */
import { unknown } from "../unknown";

export type Loose = { readonly [property: string]: unknown };

export const isLoose = (value: unknown): value is Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value);
/** The elements of a list that are known. */
export const items = (value: Loose | undefined, list: string): readonly Loose[] => {
  const held = value?.[list];
  return Array.isArray(held) ? held.filter(isLoose) : [];
};
/** What stands at the end of a path of objects. */
export const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((inner, step) => (isLoose(inner) ? inner[step] : undefined), value);
export const textAt = (value: unknown, ...path: string[]): string | undefined => {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
};

/** One text for values that are the same; what is unknown is the same as what else is unknown, and as nothing known. */
export const fingerprint = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) =>
    v === unknown
      ? "\u0000unknown"
      : isLoose(v)
        ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
        : v,
  ) ?? "";

/** Whether two values have one fingerprint, without making it. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (!isLoose(a) || !isLoose(b)) return false;
  const within = (one: Loose, other: Loose): boolean =>
    Object.keys(one).every((name) => one[name] === undefined || same(one[name], other[name]));
  return within(a, b) && Object.keys(b).every((name) => b[name] === undefined || a[name] !== undefined);
}
