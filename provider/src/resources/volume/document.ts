/** A volume's XML, from what the program declares and what only the host knows. */
import { type Node, node } from "../../xml";

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
  const target = declared.children.find((c) => c.name === "target");
  const rest = target?.children.filter((c) => c.name !== "format" && c.name !== "path") ?? [];
  return node("volume", declared.attrs, [
    text("name", name),
    text("capacity", String(capacity), { unit: "bytes" }),
    // What is not said is filled as the guest writes it.
    ...(allocated || format !== "raw" ? [] : [text("allocation", "0")]),
    ...others.filter((c) => !backing || c.name !== "backingStore"),
    node("target", {}, [node("format", { type: format }), ...rest]),
    ...(backing
      ? [node("backingStore", {}, [text("path", backing.path), node("format", { type: backing.format })])]
      : []),
  ]);
}
const text = (name: string, value: string, attrs: Record<string, string> = {}): Node => node(name, attrs, [], value);

/** What of a volume stands still while guests write to it: the rest is no drift. */
export function steady(volume: Node): Node {
  const moving = new Set(["allocation", "physical", "key", "source"]);
  return {
    ...volume,
    children: volume.children
      .filter(({ name }) => !moving.has(name))
      .map((c) => (c.name === "target" ? { ...c, children: c.children.filter(isSteady) } : c)),
  };
}
/** libvirt hands the file of a running domain to QEMU's user and back. */
const isSteady = ({ name }: Node): boolean => name !== "timestamps" && name !== "permissions";

export const child = (of: Node | undefined, name: string): Node | undefined =>
  of?.children.find((c) => c.name === name);

/** What a volume's XML, as libvirt wrote it, says of its contents. */
export function contentsOf(volume: Node): Contents & { readonly path: string } {
  const target = child(volume, "target");
  const backing = child(volume, "backingStore");
  const path = child(backing, "path")?.text;
  const format = (of: Node | undefined): string => child(of, "format")?.attrs["type"] ?? "raw";
  return {
    name: child(volume, "name")?.text ?? "",
    capacity: BigInt(child(volume, "capacity")?.text || 0),
    format: format(target),
    path: child(target, "path")?.text ?? "",
    ...(path ? { backing: { path, format: format(backing) } } : {}),
  };
}
