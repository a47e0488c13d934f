/** Short forms: `{ file: path }` for `{ type: "file", source: { file: path } }`, both ways. */
import { unknown } from "../unknown";
import { type Element, elementOf, type Field, isShort, type Place, type Shape, typeOf, type Value } from "./element";
import { type Bag, isBag, listOf, rest } from "./plan";
import { having, shortsOf } from "./shapes";

type ShortPlace = Extract<Place, { at: "short" }>;

/** The long form, as in the XML. Sizes stay as they are spelled. */
export const long = <S extends Shape>(element: Element<S>, value: Value<S>): Value<S> =>
  lengthen(element, value as Bag) as Value<S>;
/** The form in which a person would write it: short where there is nothing else to say, sizes in their largest unit. */
export const brief = <S extends Shape>(element: Element<S>, value: Value<S>): Value<S> =>
  shorten(element, value as Bag) as Value<S>;

const canBeShort = having(isShort);

function lengthen(element: Element<Shape>, value: Bag): Bag {
  if (!canBeShort(element)) return value;
  const out: Bag = {};
  for (const key of Reflect.ownKeys(value)) {
    const field = typeof key === "string" ? element.shape[key] : undefined;
    if (typeof key !== "string") out[key as typeof rest] = value[key as typeof rest] as never;
    else if (!field || field.place.at === "shortOf" || field.place.at === "short") continue;
    else out[key] = each(field, value[key], lengthen);
  }
  for (const [key, { place }] of shortsOf(element.shape)) {
    const said = value[key];
    if (said === undefined || (place.at !== "short" && place.at !== "shortOf")) continue;
    out["type"] = place.is;
    if (place.at === "short") unfold(place, said, out);
    else out[place.into] = said === unknown ? unknown : { ...asBag(out[place.into]), ...asBag(said) };
  }
  return out;
}
const asBag = (value: unknown): Bag => (isBag(value) ? value : {});
function unfold(place: ShortPlace, said: unknown, out: Bag): void {
  const parts = typeof said === "string" ? (place.split?.(said) ?? [said]) : place.to.map(() => said);
  for (const [i, [holder, property]] of place.to.entries())
    if (parts[i] !== undefined && out[holder] !== unknown)
      out[holder] = { ...asBag(out[holder]), [property]: parts[i] };
}
function each(field: Field<unknown>, value: unknown, turn: (of: Element<Shape>, value: Bag) => Bag): unknown {
  const of = elementOf(field);
  if (!of) return value;
  const one = (v: unknown): unknown => (isBag(v) ? turn(of, v) : v);
  return Array.isArray(value) ? value.map(one) : one(value);
}

function shorten(element: Element<Shape>, value: Bag): Bag {
  const out: Bag = { ...value };
  for (const [key, field] of Object.entries(element.shape)) {
    if (out[key] === undefined) continue;
    const pretty = typeOf(field)?.pretty;
    if (!pretty) out[key] = each(field, out[key], shorten);
    else if (typeof out[key] === "string") out[key] = pretty(out[key]);
    else
      out[key] = Array.isArray(out[key])
        ? listOf(out[key]).map((v) => (typeof v === "string" ? pretty(v) : v))
        : out[key];
  }
  for (const [key, { place }] of shortsOf(element.shape)) {
    if ((place.at !== "short" && place.at !== "shortOf") || out["type"] !== place.is) continue;
    const said = place.at === "short" ? folded(place, out) : covered(place, out[place.into]);
    if (said === undefined) continue;
    out[key] = said;
    delete out["type"];
    delete out[place.at === "short" ? (place.to[0]?.[0] ?? "") : place.into];
  }
  return out;
}
/** What the short form says, if it says all that is in the holder. */
function folded({ to, split }: ShortPlace, value: Bag): unknown {
  const holder = value[to[0]?.[0] ?? ""];
  if (!isBag(holder) || holder[rest] || Object.keys(holder).length !== to.length) return undefined;
  const parts = to.map(([, property]) => holder[property]);
  if (parts.some((part) => part === undefined)) return undefined;
  if (!split) return parts[0];
  const joined = parts.includes(unknown) ? unknown : parts.join("/");
  return joined === unknown || split(String(joined))?.every((part, i) => part === parts[i]) ? joined : undefined;
}
/** What a short form with several properties says, if it can say all that is in the holder, and needs no more. */
function covered(place: Extract<Place, { at: "shortOf" }>, holder: unknown): Bag | undefined {
  if (!isBag(holder) || holder[rest]) return undefined;
  const { shape } = place.of();
  const keys = Object.keys(holder);
  const enough = Object.entries(shape).every(([key, { facts }]) => !facts.required || holder[key] !== undefined);
  const fits = keys.every((key) => {
    const field = shape[key];
    const words = field && typeOf(field)?.values;
    return field && (!words || words.includes(String(holder[key])));
  });
  return keys.length > 0 && enough && fits ? holder : undefined;
}
