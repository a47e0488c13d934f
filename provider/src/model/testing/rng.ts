/** Libvirt's own schemas (RELAX NG), as far as their names and words go: what may stand in an element. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Node, parse } from "../../xml";

/** What a text may be: these words, and any text besides where it is `open`. */
export interface Words {
  readonly words: Set<string>;
  open: boolean;
}
/** An element's definition, to be looked into. */
export interface Definition {
  readonly name: string;
  readonly node: Node;
  readonly grammar: Grammar;
}
export interface Content {
  readonly attrs: Map<string, Words>;
  readonly kids: Map<string, Definition[]>;
  text?: Words;
  /** Elements of any name may stand there. */
  any: boolean;
}
interface Grammar {
  readonly defines: Map<string, Node[]>;
  start?: Node;
}

const kind = (n: Node): string => n.name.slice(n.name.indexOf("}") + 1);
const files = new Map<string, Grammar>();

/** The definitions of the element that is a schema's root. */
export function roots(folder: string, file: string): Definition[] {
  const grammar = load(folder, file);
  const top: Content = { attrs: new Map(), kids: new Map(), any: false };
  if (grammar.start) collect(grammar.start, grammar, top, new Set());
  return [...top.kids.values()].flat();
}
function load(folder: string, file: string): Grammar {
  const path = join(folder, file);
  const known = files.get(path);
  if (known) return known;
  const made = grammarOf(parse(readFileSync(path, "utf8")), folder);
  files.set(path, made);
  return made;
}
function grammarOf(n: Node, folder: string): Grammar {
  const grammar: Grammar = { defines: new Map() };
  for (const c of spaced(n, n.attrs["ns"] ?? "").children) enter(c, grammar, folder);
  return grammar;
}
function enter(n: Node, grammar: Grammar, folder: string): void {
  const { name = "", combine, href = "" } = n.attrs;
  if (kind(n) === "start") grammar.start = n;
  else if (kind(n) === "define")
    grammar.defines.set(name, combine ? [...(grammar.defines.get(name) ?? []), n] : [n, ...combined(grammar, name)]);
  else if (kind(n) === "include") {
    const { defines, start } = load(folder, href);
    for (const [key, value] of defines) grammar.defines.set(key, [...value, ...combined(grammar, key)]);
    if (start) grammar.start ??= start;
    for (const c of n.children) enter(c, grammar, folder);
  }
  for (const c of n.children) if (kind(n) === "div") enter(c, grammar, folder);
  for (const inner of kind(n) === "include" ? [] : nestedGrammars(n)) inners.set(inner, grammarOf(inner, folder));
}
/** What adds to a definition stays when the definition itself comes after it, or again. */
const combined = ({ defines }: Grammar, name: string): Node[] =>
  (defines.get(name) ?? []).filter((n) => n.attrs["combine"] !== undefined);
const inners = new Map<Node, Grammar>();
const nestedGrammars = (n: Node): Node[] =>
  kind(n) === "grammar" ? [n] : n.children.flatMap((c) => nestedGrammars(c));

/** Writes the name space, which elements inherit from those around them, into their names. */
function spaced(n: Node, outer: string): Node {
  const ns = n.attrs["ns"] ?? outer;
  const { name } = n.attrs;
  if (kind(n) === "element" && name !== undefined && ns) n.attrs["name"] = `{${ns}}${name}`;
  for (const c of n.children) spaced(c, ns);
  return n;
}

const contents = new Map<Node, Content>();
/** What may stand in elements of this definition. */
export function contentOf({ node, grammar }: Definition): Content {
  const known = contents.get(node);
  if (known) return known;
  const made: Content = { attrs: new Map(), kids: new Map(), any: false };
  contents.set(node, made);
  for (const c of patterns(node)) collect(c, grammar, made, new Set());
  return made;
}
/** The children that are no name class. */
const patterns = (n: Node): Node[] => (n.attrs["name"] === undefined ? n.children.slice(1) : n.children);
/** The names of an element or attribute; none where it may be any. */
function namesOf(n: Node): string[] {
  const { name } = n.attrs;
  if (name !== undefined) return [name];
  const names = (c: Node): string[] => (kind(c) === "name" ? [c.text.trim()] : c.children.flatMap(names));
  return n.children.slice(0, 1).flatMap(names);
}

const isText = (n: Node): boolean => ["value", "text", "data"].includes(kind(n));
/** The definitions that a reference leads to for the first time; `seen` are those that led here. */
function follow(n: Node, { defines }: Grammar, seen: Set<Node>): Node[] {
  const fresh = (defines.get(n.attrs["name"] ?? "") ?? []).filter((d) => !seen.has(d));
  for (const d of fresh) seen.add(d);
  return fresh;
}
/** Adds what a pattern allows. */
function collect(n: Node, grammar: Grammar, into: Content, seen: Set<Node>): void {
  const inner = inners.get(n);
  if (kind(n) === "attribute") addAttribute(n, grammar, into);
  else if (kind(n) === "element") addElement(n, grammar, into);
  else if (inner?.start) collect(inner.start, inner, into, seen);
  else if (isText(n)) {
    into.text ??= { words: new Set(), open: false };
    addWord(n, into.text);
  } else for (const c of kind(n) === "ref" ? follow(n, grammar, seen) : n.children) collect(c, grammar, into, seen);
}
function addElement(n: Node, grammar: Grammar, into: Content): void {
  const names = namesOf(n);
  into.any ||= names.length === 0;
  for (const name of names) into.kids.set(name, [...(into.kids.get(name) ?? []), { name, node: n, grammar }]);
}
function addAttribute(n: Node, grammar: Grammar, into: Content): void {
  for (const name of namesOf(n)) {
    const words = into.attrs.get(name) ?? { words: new Set(), open: false };
    into.attrs.set(name, words);
    const [first] = patterns(n);
    if (!first) words.open = true;
    for (const c of patterns(n)) spell(c, grammar, words, new Set());
  }
}
/** The words of an attribute. */
function spell(n: Node, grammar: Grammar, into: Words, seen: Set<Node>): void {
  if (isText(n)) addWord(n, into);
  else for (const c of kind(n) === "ref" ? follow(n, grammar, seen) : n.children) spell(c, grammar, into, seen);
}
function addWord(n: Node, into: Words): void {
  if (kind(n) === "value") into.words.add(n.text.trim());
  else into.open = true;
}
