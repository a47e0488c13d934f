/** How far a declaration and libvirt's schema agree. */
import { type Element, elementOf, type Field, type Shape, typeOf } from "../../vocabulary/element";
import { type Item, type Plan, planOf } from "../../vocabulary/plan";
import { type Content, contentOf, type Definition, type Words } from "./rng";

/** Both ways, as paths: `domain/devices/disk/@device=lun`. */
export interface Coverage {
  /** How many pairs (an element, what may stand in it) and words the schema has. */
  readonly total: number;
  /** Those of them that nothing declares. */
  readonly missing: readonly string[];
  /** What is declared, and not in the schema. */
  readonly strangers: readonly string[];
}

/** What a declaration says of one element. */
interface View {
  readonly plan?: Plan;
  readonly attrs?: ReadonlyMap<string, Field<unknown>>;
  readonly body?: Field<unknown>;
  readonly unit?: string | undefined;
  /** What tells it from others: equal for the same declaration. */
  readonly of: unknown;
}
const viewOfPlan = (plan: Plan, of: unknown): View => ({
  plan,
  attrs: new Map([...plan.attrs].map(([name, item]) => [name, item.field])),
  ...(plan.body && { body: plan.body.field }),
  of,
});
function viewOfItem({ field }: Item, name: string): View {
  const one = field.place.at === "either" ? planOf(field.place.of().shape).kids.get(name) : undefined;
  if (one) return viewOfItem(one, name);
  const of = elementOf(field);
  const { place } = field;
  if (of) return viewOfPlan(planOf(of.shape), of.shape);
  if (place.at === "sole") return { attrs: new Map([[place.attr, field]]), unit: place.type.also, of: place };
  return place.at === "leaf" ? { body: field, unit: place.type.also, of: place } : { of: place };
}

interface Walk {
  readonly version: string;
  readonly seen: Set<string>;
  readonly ids: Map<unknown, number>;
  readonly missing: string[];
  total: number;
  /** By declaration and name: where it was first met, and whether any place of the schema has it. */
  readonly declared: Map<string, { path: string; known: boolean }>;
}

/** Compares a declaration with the schema of a libvirt of this version. */
export function coverage(
  definitions: readonly Definition[],
  of: Element<Shape> | undefined,
  version: string,
): Coverage {
  const walk: Walk = { version, seen: new Set(), ids: new Map(), missing: [], total: 0, declared: new Map() };
  const view = of && viewOfPlan(planOf(of.shape), of.shape);
  compare(definitions, view, definitions[0]?.name ?? "", walk);
  const strangers = [...walk.declared.values()].filter(({ known }) => !known).map(({ path }) => path);
  return { total: walk.total, missing: walk.missing, strangers };
}
const idOf = ({ ids }: Walk, of: unknown): number => {
  const id = ids.get(of) ?? ids.size;
  ids.set(of, id);
  return id;
};

function compare(definitions: readonly Definition[], view: View | undefined, path: string, walk: Walk): void {
  const places = [...new Set(definitions.map(({ node }) => idOf(walk, node)))].sort((a, b) => a - b);
  const key = `${places}/${idOf(walk, view?.of)}`;
  if (walk.seen.has(key)) return;
  walk.seen.add(key);
  const content = together(definitions.map(contentOf));
  for (const [name, words] of content.attrs) compareAttribute(name, words, view, `${path}/@${name}`, walk);
  if (content.text && isTold(content)) {
    count(view?.body !== undefined, `${path}/text()`, walk);
    compareWords(content.text, view?.body, `${path}/text()`, walk);
  }
  for (const [name, inner] of content.kids) {
    const wrapper = view?.plan?.wrappers.get(name);
    const item = view?.plan?.kids.get(name);
    const next = wrapper ? viewOfPlan(wrapper, wrapper) : item && viewOfItem(item, name);
    count(next !== undefined, `${path}/${name}`, walk);
    compare(inner, next, `${path}/${name}`, walk);
  }
  if (view) find(view, content, path, walk);
}
function compareAttribute(name: string, words: Words, view: View | undefined, path: string, walk: Walk): void {
  const field = view?.attrs?.get(name);
  const isUnit = view?.plan?.also.has(name) || view?.unit === name;
  count(field !== undefined || isUnit, path, walk);
  if (!isUnit) compareWords(words, field, path, walk);
}
const compareWords = (words: Words, field: Field<unknown> | undefined, path: string, walk: Walk): void => {
  for (const word of words.words) count(field !== undefined && says(field, word, words), `${path}=${word}`, walk);
};
function count(declared: boolean | undefined, path: string, walk: Walk): void {
  walk.total++;
  if (!declared) walk.missing.push(path);
}
/** Whether a type has a word; where the schema lists all that there are, text that could be anything does not. */
function says(field: Field<unknown>, word: string, { open }: Words): boolean {
  const type = typeOf(field);
  if (!type) return false;
  if (type.values) return type.values.includes(word);
  if (type.pulumi === "string" && !open) return word === "";
  const value = type.parse(word, { name: "", attrs: {}, children: [], text: word });
  return value !== undefined && type.fault?.(value) === undefined;
}
/** Text between elements is no more than white space. */
const isTold = ({ text, kids }: Content): boolean => !(text?.open && text.words.size === 0 && kids.size > 0);

function together(contents: readonly Content[]): Content {
  const out: Content = { attrs: new Map(), kids: new Map(), any: contents.some((c) => c.any) };
  for (const { attrs, kids, text } of contents) {
    for (const [name, words] of attrs) out.attrs.set(name, joined(out.attrs.get(name), words));
    for (const [name, definitions] of kids) out.kids.set(name, [...(out.kids.get(name) ?? []), ...definitions]);
    if (text) out.text = joined(out.text, text);
  }
  return out;
}
const joined = (a: Words | undefined, b: Words): Words =>
  a ? { words: new Set([...a.words, ...b.words]), open: a.open || b.open } : b;

/** Notes what is declared here, and whether the schema has it here. What a newer libvirt brought is not asked for. */
function find(view: View, content: Content, path: string, walk: Walk): void {
  const note = (of: unknown, name: string, known: boolean): void => {
    const key = `${idOf(walk, of)} ${name}`;
    const met = walk.declared.get(key);
    walk.declared.set(key, { path: met?.path ?? `${path}/${name}`, known: known || (met?.known ?? false) });
  };
  const findText = (field: Field<unknown>, name: string, words: Words | undefined): void => {
    if (isNewer(field.facts.since, walk)) return;
    note(field.place, name, words !== undefined);
    if (!words) return;
    for (const word of typeOf(field)?.values ?? [])
      if (!isNewer(field.facts.wordsSince?.[word], walk))
        note(field.place, `${name}=${word}`, words.open || words.words.has(word));
  };
  for (const [name, field] of view.attrs ?? []) findText(field, `@${name}`, content.attrs.get(name));
  if (view.body) findText(view.body, "text()", content.text);
  for (const [name, { field }] of view.plan?.kids ?? [])
    if (!isNewer(field.facts.since, walk)) note(field.place, name, content.any || content.kids.has(name));
  for (const [name, inner] of view.plan?.wrappers ?? [])
    if (!everyNewer(inner, walk)) note(inner, name, content.kids.has(name));
}
const everyNewer = ({ attrs, kids, wrappers, body }: Plan, walk: Walk): boolean =>
  [...attrs.values(), ...kids.values(), ...(body ? [body] : [])].every(({ field }) =>
    isNewer(field.facts.since, walk),
  ) && [...wrappers.values()].every((inner) => everyNewer(inner, walk));

function isNewer(since: string | undefined, { version }: Walk): boolean {
  const [a = 0, b = 0] = (since ?? "0.0").split(".").map(Number);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return a > major || (a === major && b > minor);
}
