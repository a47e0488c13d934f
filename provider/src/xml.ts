/** XML as a tree: strict to read, plain to print. Names in a namespace are `{uri}local`, so prefixes never matter. */
import { type SaxesAttributeNS, SaxesParser } from "saxes";
import { type Code, Failure } from "./failure";

export interface Node {
  name: string;
  attrs: Record<string, string>;
  children: Node[];
  /** What stands in it beside elements; trimmed where there are elements. */
  text: string;
  /** The prefix its author chose, kept so that it prints as a person wrote it. */
  prefix?: string;
  /** Of a leftover: it is an element of its own, not what is left of one. */
  apart?: true;
}

export const node = (name: string, attrs: Record<string, string> = {}, children: Node[] = [], text = ""): Node => ({
  name,
  attrs,
  children,
  text,
});

/** The first element of that name directly in it. */
export const child = (of: Node | undefined, name: string): Node | undefined =>
  of?.children.find((one) => one.name === name);

/** Libvirt allows backing chains of 200; what nests deeper than this is no document of its. */
const deepest = 512;
const xmlSpace = "http://www.w3.org/XML/1998/namespace";
const qualified = (uri: string, local: string): string => (uri ? `{${uri}}${local}` : local);

/**
 * Reads a document. `blame` is the code of the failure when it is not well-formed: `protocol` (default) where libvirt
 * wrote it, `invalid` where a user did. A DOCTYPE is refused: nothing of libvirt's has one, and entities are a danger.
 */
export function parse(xml: string, blame: Code = "protocol"): Node {
  const refuse = (problem: string): never => {
    throw new Failure(blame, `the XML cannot be read: ${problem}`);
  };
  const top = node("");
  const around: Node[] = [];
  let inmost = top;
  const sax = new SaxesParser({ xmlns: true, position: false });
  sax.on("error", (error) => refuse(error.message));
  sax.on("doctype", () => refuse("it has a DOCTYPE"));
  sax.on("opentag", (tag) => {
    const next = node(qualified(tag.uri, tag.local));
    if (tag.prefix) next.prefix = tag.prefix;
    for (const name in tag.attributes) {
      const { uri, local, prefix, value } = tag.attributes[name] as SaxesAttributeNS;
      if (prefix !== "xmlns" && name !== "xmlns") next.attrs[qualified(uri, local)] = value;
    }
    if (around.length >= deepest) refuse(`it nests deeper than ${deepest} elements`);
    if (inmost.children.length === 0) inmost.text = inmost.text.trimStart();
    inmost.children.push(next);
    around.push(inmost);
    inmost = next;
  });
  const append = (text: string): void => {
    // What indents elements is trimmed in the end: it need not be gathered first.
    if (inmost.children.length === 0 || inmost.text !== "" || text.trim() !== "") inmost.text += text;
  };
  sax.on("text", append);
  sax.on("cdata", append);
  sax.on("closetag", () => {
    if (inmost.children.length > 0) inmost.text = inmost.text.trim();
    inmost = around.pop() ?? top;
  });
  sax.write(xml).close();
  return top.children[0] ?? refuse("it is empty");
}

const escapes: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "'": "&apos;",
  "\n": "&#10;",
  "\t": "&#9;",
  "\r": "&#13;",
};
const escaped = (char: string): string => escapes[char] ?? char;
const inAttribute = (value: string): string => value.replace(/[&<>'\n\t\r]/g, escaped);
const inText = (value: string): string => value.replace(/[&<>\r]/g, escaped);

/** Prefixes declared on the way from the root, by URI. */
type Spaces = ReadonlyMap<string, string>;
const known: Spaces = new Map([[xmlSpace, "xml"]]);

/** Indented, one element a line, as libvirt prints it; without a declaration. */
export const print = (root: Node): string => printed(root, "", known);

function printed(n: Node, indent: string, outer: Spaces): string {
  let spaces = outer;
  let declared = "";
  const prefixed = (name: string, hint?: string): string => {
    if (!name.startsWith("{")) return name;
    const end = name.indexOf("}");
    const uri = name.slice(1, end);
    let prefix = spaces.get(uri);
    if (prefix === undefined) {
      const taken = new Set(spaces.values());
      prefix = hint && !taken.has(hint) ? hint : `ns${spaces.size}`;
      spaces = new Map([...spaces, [uri, prefix]]);
      declared += ` xmlns:${prefix}='${inAttribute(uri)}'`;
    }
    return `${prefix}:${name.slice(end + 1)}`;
  };
  const tag = prefixed(n.name, n.prefix);
  let attrs = "";
  for (const name in n.attrs) attrs += ` ${prefixed(name)}='${inAttribute(n.attrs[name] ?? "")}'`;
  const start = `${indent}<${tag}${declared}${attrs}`;
  if (n.children.length === 0) return n.text === "" ? `${start}/>\n` : `${start}>${inText(n.text)}</${tag}>\n`;
  const children = n.children.map((child) => printed(child, `${indent}  `, spaces)).join("");
  return `${start}>${inText(n.text)}\n${children}${indent}</${tag}>\n`;
}

/** One text for all documents that are equal to libvirt: order counts only among siblings of one name. */
export function canonical(n: Node): string {
  const attrs = Object.keys(n.attrs)
    .sort()
    .map((name) => ` ${name}=${JSON.stringify(n.attrs[name])}`)
    .join("");
  const groups = new Map<string, string>();
  for (const child of n.children) groups.set(child.name, (groups.get(child.name) ?? "") + canonical(child));
  const children = [...groups.keys()].sort().map((name) => groups.get(name));
  return `<${n.name}${attrs}>${n.text.trim() === "" ? "" : n.text}${children.join("")}</>\n`;
}
