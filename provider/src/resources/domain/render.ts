/** A domain's properties as XML, and XML as properties. */
import { resources } from "../../model";
import { read, write } from "../../vocabulary";
import { type Node, node, parse } from "../../xml";
import type { Loose } from "../values";

const Domain = resources.Domain.inputs;

export const reading = (xml: string): Loose => read(Domain, parse(xml)) as Loose;

/** The XML of a whole domain. */
export const writing = (value: Loose): Node => write(Domain, value as never);

/** The XML of one device of a list. */
export function deviceNode(list: string, device: Loose): Node {
  const [devices] = writing({ [list]: [device] }).children;
  return devices?.children[0] ?? node(list);
}
