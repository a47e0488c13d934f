/** A volume's XML, from what the program declares and what only the host knows. */
import { child, type Node, node } from "../../xml";

export interface Contents {
  readonly name: string;
  /** Bytes. */
  readonly capacity: bigint;
  readonly format: string;
  readonly backing?: { readonly path: string; readonly format: string } | undefined;
}

/** `declared` is what the model wrote of the inputs: what it says beside the contents (permissions, encryption, …) stays. */
export function document(declared: Node, { name, capacity, format, backing }: Contents): Node {
  const others = declared.children.filter((c) => !["name", "capacity", "target"].includes(c.name));
  const allocated = others.some((c) => c.name === "allocation");
  const target = child(declared, "target");
  const rest = target?.children.filter((c) => c.name !== "format" && c.name !== "path") ?? [];
  return node("volume", declared.attrs, [
    text("name", name),
    text("capacity", String(capacity), { unit: "bytes" }),
    // What is not said is filled as the guest writes it.
    ...(allocated || format !== "raw" ? [] : [text("allocation", "0")]),
    ...others.filter((c) => !backing || c.name !== "backingStore"),
    node("target", {}, [node("format", { type: format }), ...rest, ...modern(format, rest)]),
    ...(backing
      ? [node("backingStore", {}, [text("path", backing.path), node("format", { type: backing.format })])]
      : []),
  ]);
}
/** libvirt's own default is the version of 2010, whose clusters have no counts of their own. */
const modern = (format: string, target: readonly Node[]): Node[] =>
  format !== "qcow2" || target.some(({ name }) => name === "compat") ? [] : [text("compat", "1.1")];
const text = (name: string, value: string, attrs: Record<string, string> = {}): Node => node(name, attrs, [], value);

/**
 * What of a volume can drift: its size. All else stands still, or libvirt tells it differently after it looked at the file
 * again (cluster size, owner while a domain runs, `iso` for what was made as raw, what a block job made of the chain).
 */
export const steady = (volume: Node): Node => ({
  ...volume,
  children: volume.children.filter(({ name }) => name === "name" || name === "capacity"),
});

/** What a program would say of it: libvirt tells the rest only after it looked at the file, or while it is not in use. */
export const lasting = (volume: Node): Node => ({
  ...volume,
  children: volume.children
    .filter(({ name }) => ["name", "capacity", "target"].includes(name))
    .map((c) => (c.name === "target" ? { ...c, children: c.children.filter(({ name }) => made.has(name)) } : c)),
});
/** What a volume is made with and keeps. */
const made = new Set(["format", "encryption"]);

/** What a volume's XML, as libvirt wrote it, says of its contents. */
export function contentsOf(volume: Node): Contents & { readonly path: string; readonly physical: number } {
  const target = child(volume, "target");
  const backing = child(volume, "backingStore");
  const path = child(backing, "path")?.text;
  // libvirt recognises a disc; for QEMU its format is raw.
  const format = (of: Node | undefined): string =>
    (child(of, "format")?.attrs["type"] ?? "raw").replace(/^iso$/, "raw");
  return {
    name: child(volume, "name")?.text ?? "",
    capacity: BigInt(child(volume, "capacity")?.text || 0),
    format: format(target),
    path: child(target, "path")?.text ?? "",
    /** Bytes of its file. */
    physical: Number(child(volume, "physical")?.text || 0),
    ...(path ? { backing: { path, format: format(backing) } } : {}),
  };
}
