/** A domain's XML from what the program says alone: the host decides the rest, or libvirt when it is defined. Pure. */
import { resources } from "../../model";
import type { Bag } from "../../plugin/resource";
import type { Node } from "../../xml";
import { applyEdits, editsOf } from "../edits";
import { effective } from "../inputs";
import type { Loose } from "../values";
import { hostDefaults } from "./defaults";
import { expand } from "./expand";
import { writing } from "./render";

/** The host that is assumed. */
const usual = { type: "kvm", arch: "x86_64" };

export function documentAlone(inputs: Bag): Node {
  const wanted = effective(resources.Domain.inputs, inputs) as Loose;
  const { currentMemory, ...others } = expand(wanted);
  // Libvirt takes all of the memory where nobody says how much of it the guest has now.
  const said = currentMemory === others["memory"] && wanted["currentMemory"] === undefined ? others : expand(wanted);
  const node = writing(hostDefaults(said, usual, wanted["preset"] === "none"));
  applyEdits(node, [], editsOf(wanted));
  return node;
}
