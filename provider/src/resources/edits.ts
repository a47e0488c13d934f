/** The program's own edits of an object's XML (`xml`), from one update to the next. */
import { isDeepStrictEqual } from "node:util";
import type { CheckFailure } from "../plugin/resource";
import { apply, astray, type Edit } from "../vocabulary";
import { type Node, node, parse } from "../xml";

export const editsOf = (inputs: { readonly [property: string]: unknown } | undefined): readonly Edit[] =>
  Array.isArray(inputs?.["xml"]) ? (inputs["xml"] as Edit[]) : [];

/** Those of `edits` that are not among `others`. */
export const without = (edits: readonly Edit[], others: readonly Edit[]): readonly Edit[] =>
  edits.filter((edit) => !others.some((other) => isDeepStrictEqual(edit, other)));

/** Brings the program's edits from `was` to `want`: those that are no more are undone as far as an edit can be. */
export function applyEdits(root: Node, was: readonly Edit[], want: readonly Edit[]): void {
  withDevices(root, want);
  for (const edit of [...without(was, want)].reverse()) undo(root, edit);
  apply(root, without(want, was));
}
/** Every domain has devices once libvirt has seen it. */
function withDevices(root: Node, edits: readonly Edit[]): void {
  const devices = edits.some((edit) => pathOf(edit)?.startsWith("./devices"));
  if (root.name === "domain" && devices && !root.children.some(({ name }) => name === "devices"))
    root.children.push(node("devices"));
}
const pathOf = ({ set, add, delete: gone }: Edit): string | undefined => set ?? add ?? gone;

/** The program's edits that lead nowhere in a new object's XML. */
export function strays(root: Node, edits: readonly Edit[]): CheckFailure[] {
  withDevices(root, edits);
  return astray(root, edits).map(({ path, reason }) => ({ property: path, reason }));
}

function undo(root: Node, { set, add, xml }: Edit): void {
  try {
    if (set !== undefined) apply(root, [{ delete: set }]);
    else if (add !== undefined && xml !== undefined) prune(root, parse(xml, "invalid"));
  } catch {
    // What it changed is not there any more.
  }
}
/** Takes out the first element that says at least the same: libvirt adds addresses and the like. */
function prune(at: Node, gone: Node): boolean {
  const twin = at.children.findIndex((child) => says(child, gone));
  if (twin >= 0) at.children.splice(twin, 1);
  return twin >= 0 || at.children.some((child) => prune(child, gone));
}
const says = (whole: Node, part: Node): boolean =>
  whole.name === part.name &&
  Object.entries(part.attrs).every(([name, value]) => whole.attrs[name] === value) &&
  (part.text.trim() === "" || part.text.trim() === whole.text.trim()) &&
  part.children.every((child) => whole.children.some((other) => says(other, child)));
