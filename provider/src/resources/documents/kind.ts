/** What it takes to tell an object's XML from what a program says of it, and the other way, without any host. */
import type { Bag, Checked, CheckRequest } from "../../plugin/resource";
import type { Element, Shape } from "../../vocabulary";
import type { Node } from "../../xml";
import { type Birth, born } from "../birth";
import type { Context } from "../context";
import { wanted, written } from "../look";

export interface Kind {
  /** `kvm:index:Domain` */
  readonly token: string;
  readonly declaration: Element<Shape>;
  /** What a program must say beside the XML. */
  readonly beside: Bag;
  check(context: Context, request: CheckRequest): Checked;
  /** Of checked inputs, the XML with the program's own edits. */
  write(inputs: Bag): Node;
}

interface Declared {
  readonly token: string;
  readonly inputs: Element<Shape>;
}

/** A kind whose XML is what its properties say and nothing more. */
export const plain = (
  { token, inputs: declaration }: Declared,
  birth: Partial<Omit<Birth, "declaration">> = {},
  beside: Bag = {},
): Kind => ({
  token,
  declaration,
  beside,
  check: (context, request) =>
    born(
      { uuid: "uuid" in declaration.shape, identity: () => "", defaults: {}, faults: () => [], ...birth, declaration },
      context,
      request,
    ),
  write: (inputs) => written(declaration, wanted(declaration, inputs), inputs),
});
