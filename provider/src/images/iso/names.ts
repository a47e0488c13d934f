/** The identifiers of one folder's children in each of the two directory hierarchies. */
import { ucs2 } from "./fields";
import type { Node } from "./tree";

export interface Named {
  readonly node: Node;
  readonly identifier: Buffer;
}

/** 8.3 names of interchange level 1, unique in their folder, in the order of ECMA-119 9.3. */
export function plainNames(nodes: Iterable<Node>): Named[] {
  const taken = new Set<string>();
  const inOrder = [...nodes].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted(inOrder.map((node) => ({ node, identifier: Buffer.from(plainName(node, taken), "latin1") })));
}

/** Names as they are, in UCS-2, in Joliet's order. */
export function jolietNames(nodes: Iterable<Node>): Named[] {
  return sorted(
    [...nodes].map((node) => ({ node, identifier: ucs2(node.kind === "file" ? `${node.name};1` : node.name) })),
  );
}

function plainName(node: Node, taken: Set<string>): string {
  const { stem, extension } = node.kind === "file" ? split(node.name) : { stem: node.name, extension: "" };
  const base = plainCharacters(stem);
  const suffix = plainCharacters(extension).slice(0, 3);
  let name = `${base.slice(0, 8)}.${suffix}`;
  for (let count = 1; taken.has(name); count++) {
    const digits = count.toString(36).toUpperCase().padStart(3, "0");
    name = `${base.slice(0, 8 - digits.length)}${digits}.${suffix}`;
  }
  taken.add(name);
  return node.kind === "file" ? `${name};1` : name.slice(0, -1);
}

function split(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf(".");
  return dot < 1 ? { stem: name, extension: "" } : { stem: name.slice(0, dot), extension: name.slice(dot + 1) };
}

function plainCharacters(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9_]/g, "_");
}

function sorted(named: Named[]): Named[] {
  return named.sort((a, b) => Buffer.compare(a.identifier, b.identifier));
}
