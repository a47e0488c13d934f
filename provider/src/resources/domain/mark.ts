/** The mark in a domain's metadata that says whose it is: by it our own half-made machine is known from a stranger's. */
import { ownNamespace } from "../../model";
import { type Node, node } from "../../xml";

export interface Mark {
  readonly owner: string;
  readonly urn: string;
  /** Tells this machine from a later one of the same UUID. */
  readonly nonce: string;
}
const name = `{${ownNamespace}}owner`;

/** Puts the mark into the domain's metadata; one that is there already is replaced. */
export function putMark(domain: Node, { owner, urn, nonce }: Mark): void {
  const mark: Node = { ...node(name, { owner, urn, nonce }), prefix: "pulumi" };
  const metadata = domain.children.find((child) => child.name === "metadata");
  if (!metadata) {
    domain.children.push(node("metadata", {}, [mark]));
    return;
  }
  metadata.children = [...metadata.children.filter((child) => child.name !== name), mark];
}

export function markOf(domain: Node): Mark | undefined {
  const found = domain.children
    .filter((child) => child.name === "metadata")
    .flatMap(({ children }) => children)
    .find((child) => child.name === name);
  const { owner, urn, nonce } = found?.attrs ?? {};
  return owner === undefined || urn === undefined || nonce === undefined ? undefined : { owner, urn, nonce };
}

/** Whether it is that resource's of that owner. */
export function isMarked(domain: Node, { owner, urn }: Pick<Mark, "owner" | "urn">): boolean {
  const mark = markOf(domain);
  return mark?.owner === owner && mark.urn === urn;
}

/** The domain without the mark: it is ours, and no property of the program's. */
export function withoutMark(domain: Node): Node {
  const children = domain.children.flatMap((child) => {
    if (child.name !== "metadata") return [child];
    const others = child.children.filter((inner) => inner.name !== name);
    return others.length === 0 && child.text === "" ? [] : [{ ...child, children: others }];
  });
  return { ...domain, children };
}
