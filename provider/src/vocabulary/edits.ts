/** The escape hatch: edits of XML by path. What the model cannot say, import says in the words that users write. */
import { Failure } from "../failure";
import { type Node, parse, print } from "../xml";
import type { Fault } from "./check";

/** One of `set` (an attribute, a text or an element's text), `add` (an element into the one at the path), `delete`. */
export interface Edit {
  readonly set?: string;
  readonly value?: string;
  readonly add?: string;
  readonly xml?: string;
  readonly delete?: string;
}

/** The edits that make `whole` of `said`: what nobody could say, and what comes by itself where nobody says it. */
export function edits(said: Node, whole: Node, path = "."): Edit[] {
  const out: Edit[] = [];
  for (const [name, value] of Object.entries(whole.attrs))
    if (said.attrs[name] !== value) out.push({ set: `${path}/@${name}`, value });
  for (const name of Object.keys(said.attrs)) if (!(name in whole.attrs)) out.push({ delete: `${path}/@${name}` });
  if (spoken(whole) !== spoken(said)) out.push({ set: `${path}/text()`, value: whole.text });
  const seen = new Map<string, number>();
  for (const c of whole.children) {
    const i = seen.get(c.name) ?? 0;
    seen.set(c.name, i + 1);
    const twin = said.children.filter((x) => x.name === c.name)[i];
    const alone = whole.children.filter((x) => x.name === c.name).length === 1;
    if (twin) out.push(...edits(twin, c, `${path}/${c.name}${alone ? "" : `[${i + 1}]`}`));
    else out.push({ add: path, xml: print(c).trim() });
  }
  return [...out, ...surplus(said, seen, path)];
}
/** White space alone says nothing. */
const spoken = ({ text }: Node): string => (text.trim() === "" ? "" : text);
/** The last goes first: the places of the others stay what they are. */
function surplus(said: Node, wanted: ReadonlyMap<string, number>, path: string): Edit[] {
  const seen = new Map<string, number>();
  const gone = said.children.flatMap(({ name }): Edit[] => {
    const i = seen.get(name) ?? 0;
    seen.set(name, i + 1);
    return i < (wanted.get(name) ?? 0) ? [] : [{ delete: `${path}/${name}[${i + 1}]` }];
  });
  return gone.reverse();
}

const name = String.raw`(?:\{[^}]*\})?[^/[\]{}@()]+`;
const step = new RegExp(String.raw`/(${name})(?:\[(?:(\d+)|@([\w-]+)=(?:'([^']*)'|"([^"]*)"))\])?`, "g");
const steps = new RegExp(`^(?:${step.source})*`);
const target = new RegExp(String.raw`^\.((?:/.+)?)/(text\(\)|@?${name})$`, "s");
const refuse = (problem: string): never => {
  throw new Failure("invalid", problem);
};

/** What is wrong with the path as such, whatever it is applied to. */
export function malformed(verb: "set" | "add" | "delete", path: string): string | undefined {
  const element = verb === "add" || (verb === "delete" && path.endsWith("]"));
  if (element && !path.startsWith(".")) return "is no path: one starts with a dot";
  const where = element ? path.slice(1) : target.exec(path)?.[1];
  if (where === undefined) return "is no path such as ./devices/disk[1]/driver/@cache";
  const stray = where.replace(steps, "");
  return stray === "" ? undefined : `is no path from ${stray} on`;
}

/** The names of the path's steps, with the @ of an attribute; none where it is no path. */
export function namesIn(path: string): string[] {
  const text = path.endsWith("/text()") ? path.slice(0, -"/text()".length) : path;
  const [, where = text.slice(1), what = ""] = /^\.(.*)\/(@.+)$/.exec(text) ?? [];
  const names = [...where.matchAll(step)].flatMap(([, name]) => name ?? []);
  return what === "" ? names : [...names, what];
}

/** Applies them in turn to `root` itself. A path that leads nowhere is an error that says where it ends. */
export function apply(root: Node, list: readonly Edit[]): void {
  for (const edit of list) {
    const problem = problemOf(root, edit);
    if (problem !== undefined)
      throw new Failure("invalid", `xml: ${edit[verbOf(edit)]}: ${problem}`, { property: ["xml"] });
  }
}
/** The same, but tells of all that lead nowhere, each on its own property. */
export const astray = (root: Node, list: readonly Edit[]): Fault[] =>
  list.flatMap((edit, i) => {
    const problem = problemOf(root, edit);
    return problem === undefined ? [] : [{ path: ["xml", i, verbOf(edit)], reason: `leads nowhere: ${problem}` }];
  });

const verbOf = (edit: Edit) => (edit.add !== undefined ? "add" : edit.set !== undefined ? "set" : "delete");
/** Applies it, or says why it cannot. */
function problemOf(root: Node, edit: Edit): string | undefined {
  try {
    applyOne(root, edit);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.problem;
    throw thrown;
  }
}
function applyOne(root: Node, edit: Edit): void {
  const verb = verbOf(edit);
  const path = edit[verb] ?? "";
  const problem = malformed(verb, path);
  if (problem !== undefined) refuse(problem);
  if (verb === "add") {
    find(root, path.slice(1)).children.push(parse(edit.xml ?? "", "invalid"));
    return;
  }
  if (verb === "delete" && path.endsWith("]")) {
    remove(root, path);
    return;
  }
  const [, where = "", what = ""] = target.exec(path) ?? [];
  const at = find(root, where);
  if (verb === "set") set(at, what, edit.value ?? "");
  else if (what.startsWith("@")) delete at.attrs[what.slice(1)];
  else if (what === "text()") at.text = "";
  else at.children = at.children.filter((c) => c.name !== what);
}
function set(at: Node, what: string, value: string): void {
  if (what === "text()") at.text = value;
  else if (what.startsWith("@")) at.attrs[what.slice(1)] = value;
  else {
    const known = at.children.find((c) => c.name === what);
    if (known) known.text = value;
    else at.children.push({ name: what, attrs: {}, children: [], text: value });
  }
}
function remove(root: Node, path: string): void {
  const cut = path.lastIndexOf("/");
  const parent = find(root, path.slice(1, cut));
  const gone = find(root, path.slice(1));
  parent.children = parent.children.filter((c) => c !== gone);
}

function find(root: Node, where: string): Node {
  let at = root;
  for (const [text, wanted, position, attribute, single, double] of where.matchAll(step)) {
    const value = single ?? double;
    const same = at.children.filter((c) => c.name === wanted && (!attribute || c.attrs[attribute] === value));
    at = same[Number(position ?? 1) - 1] ?? refuse(`there is no ${text.slice(1)} in ${at.name}`);
  }
  return at;
}
