/** The program's edits that lead nowhere in a new machine's XML, found before there is one. Pure. */
import { resources } from "../../model";
import type { Bag, CheckFailure } from "../../plugin/resource";
import { hasUnknown } from "../../unknown";
import { editsOf, strays } from "../edits";
import { effective } from "../inputs";
import { isLoose, type Loose } from "../values";
import { type HostFacts, hostDefaults } from "./defaults";
import { expand } from "./expand";
import { putMark } from "./mark";
import { writing } from "./render";
import { placed } from "./resolve";

/** On some host or other an edit may find what the host decides: only what leads nowhere on all of them is one. */
const hosts: readonly HostFacts[] = [
  { type: "kvm", arch: "x86_64" },
  ...["x86_64", "aarch64", "riscv64", "ppc64le", "s390x"].map((arch) => ({ type: "qemu", arch })),
];

/** None where something is not known yet: it may bring what they need. */
export function straysIn(values: Bag): CheckFailure[] {
  const edits = editsOf(values);
  if (edits.length === 0 || hasUnknown(values)) return [];
  const wanted = effective(resources.Domain.inputs, values) as Loose;
  const said = placed(expand(wanted, { seed: isLoose(wanted["cloudInit"]) ? "seed.iso" : undefined }), new Map());
  const [first = [], ...others] = hosts.map((facts) => {
    const node = writing(hostDefaults(said, facts, wanted["preset"] === "none"));
    putMark(node, { owner: "", urn: "", nonce: "" });
    return strays(node, edits);
  });
  const same = (a: CheckFailure, b: CheckFailure): boolean => a.property[1] === b.property[1];
  return first.filter((stray) => others.every((found) => found.some((other) => same(stray, other))));
}
