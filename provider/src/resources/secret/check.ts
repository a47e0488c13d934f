/** A secret's inputs, checked. */
import { resources } from "../../model";
import type { Bag, Checked, CheckFailure, CheckRequest } from "../../plugin/resource";
import { born } from "../birth";
import type { Context } from "../context";
import { keepingIdentity } from "../identity";
import { faultOf } from "./value";

const VALUES: readonly unknown[] = ["value", "valueBase64"];

export function check(context: Context, request: CheckRequest): Checked {
  const identity = ({ uuid }: Bag): string => String(uuid);
  const declaration = resources.Secret.inputs;
  const birth = { declaration, uuid: true, identity, defaults: {}, faults };
  const checked = keepingIdentity(declaration, request, born(birth, context, request));
  return { ...checked, failures: checked.failures.map(unshown) };
}

function faults({ news }: CheckRequest): CheckFailure[] {
  const reason = faultOf(news.values);
  return reason === undefined ? [] : [{ property: ["value"], reason }];
}

/** The engine shows what stands at a fault's property, so that of a value has none. */
function unshown({ property, reason }: CheckFailure): CheckFailure {
  const [name] = property;
  if (!VALUES.includes(name)) return { property, reason };
  return { property: [], reason: reason.includes("value") ? reason : `\`${name}\` ${reason}` };
}
