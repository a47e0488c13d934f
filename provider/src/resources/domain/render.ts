/** A domain's properties as XML, and XML as properties. */
import { resources } from "../../model";
import { apply, type Edit, read, write } from "../../vocabulary";
import { type Node, node, parse } from "../../xml";
import { fingerprint, type Loose } from "./values";

const Domain = resources.Domain.inputs;

export const reading = (xml: string): Loose => read(Domain, parse(xml)) as Loose;

/** The XML of a whole domain. */
export const writing = (value: Loose): Node => write(Domain, value as never);

/** The XML of one device of a list. */
export function deviceNode(list: string, device: Loose): Node {
  const [devices] = writing({ [list]: [device] }).children;
  return devices?.children[0] ?? node(list);
}

export const editsOf = (inputs: Loose): readonly Edit[] =>
  Array.isArray(inputs["xml"]) ? (inputs["xml"] as Edit[]) : [];

/** Brings the program's edits from `was` to `want`: those that are no more are undone as far as an edit can be. */
export function applyEdits(domain: Node, was: readonly Edit[], want: readonly Edit[]): void {
  const [old, now] = [was, want].map((list) => new Set(list.map(fingerprint)));
  // Every domain has devices once libvirt has seen it.
  if (want.length > 0 && !domain.children.some(({ name }) => name === "devices")) domain.children.push(node("devices"));
  for (const edit of was.filter((one) => !now?.has(fingerprint(one))).reverse()) undo(domain, edit);
  apply(
    domain,
    want.filter((edit) => !old?.has(fingerprint(edit))),
  );
}
function undo(domain: Node, { set, add, xml }: Edit): void {
  try {
    if (set !== undefined) apply(domain, [{ delete: set }]);
    else if (add !== undefined && xml !== undefined) prune(domain, parse(xml, "invalid"));
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
