/** The inputs of a machine that no program has said yet: what somebody wished of it, as a person would write it. Pure. */
import { resources } from "../../model";
import type { Bag } from "../../plugin/resource";
import { parse } from "../../xml";
import { imported } from "../look";
import type { Today } from "./drift";
import { withoutMark } from "./mark";

/** `preset: "none"`, so that no default of ours is ever laid over it. */
export const importedInputs = (
  xml: string,
  { power, autostart }: Pick<Today, "power" | "autostart">,
  host: string | undefined,
): Bag => ({
  preset: "none",
  ...imported(resources.Domain.inputs, withoutMark(parse(xml))),
  powerState: power.state,
  ...(autostart ? { autostart } : {}),
  ...(host === undefined ? {} : { host }),
});
