/** What a preview says of an object that has the new one's name already: the update would refuse to take it. */
import type { Failure } from "../failure";
import type { CreateRequest, Run } from "../plugin/resource";
import { unknown } from "../unknown";
import type { Context } from "./context";
import { maybe } from "./maybe";
import { autonamedBy } from "./owner";

/**
 * Whether somebody else may have the name: our own made-up name nobody else comes to, and in a replacement it is the old object that has it.
 * A preview only warns: the program or a person may take the stranger away first.
 */
export const mayMeet = ({ replacements }: Context, { urn, inputs: { values } }: CreateRequest): boolean =>
  typeof values["name"] === "string" &&
  values["host"] !== unknown &&
  autonamedBy(values) !== "ours" &&
  replacements.replaced(urn) === undefined;

/** `found` throws where nothing has the name. */
export async function warnOfStranger(run: Run, found: Promise<Failure | undefined>): Promise<void> {
  const failure = await maybe(found);
  if (failure) run.log.warn(`${failure.message} (the update will refuse it)`);
}
