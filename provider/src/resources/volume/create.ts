/** Makes a volume, or takes one over that only an earlier run of ours can have made. */
import { asFailure, type Failure } from "../../failure";
import type { Host } from "../../host/host";
import type { Bag, Created, CreateRequest, Run } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { adopt } from "../adopted";
import type { Context } from "../context";
import { autonamedBy } from "../owner";
import { hidden } from "../state";
import { hostOf, hostToChange, limitsOf } from "../whereabouts";
import { mustBeGivenUp } from "./anew";
import { describe, find, takenBy } from "./calls";
import { contentsOf } from "./document";
import { foreseen } from "./foresee";
import { idOf, objectOf, parsed, type Volume } from "./id";
import { make } from "./make";
import { keyOf, type Made, type Wanted } from "./mark";
import { outputs, wantedOf } from "./read";
import { type Whereabouts, whereabouts } from "./whereabouts";

export async function create(run: Run, context: Context, request: CreateRequest): Promise<Created> {
  const { inputs, preview } = request;
  const replaced = context.replacements.replaced(request.urn);
  if (replaced !== undefined && inputs.values["host"] !== unknown)
    mustBeGivenUp(parsed(replaced), hostOf(context, inputs.values), inputs.values);
  if (preview) return foreseen(run, context, request);
  const wanted = wantedOf(inputs.values);
  const host = hostToChange(context, inputs.values);
  // Asked beside the rest; nothing is made before the answer.
  const where = whereabouts(run, host).catch((error: unknown) => {
    throw asFailure(error).in({ object: objectOf(wanted) });
  });
  where.catch(() => undefined);
  const id = idOf(wanted);
  let made: Made;
  try {
    made = await make({ run, host, wanted, key: keyOf(context, request) });
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code !== "exists") throw failure;
    if (!(await isOurs(run, host, wanted, inputs.values))) {
      throw takenBy(context, host, request.name, wanted, failure);
    }
    adopt(context, host, objectOf(wanted));
    made = { whole: await describe(host, wanted, limitsOf(run)) };
  }
  const at = await where;
  return "doubt" in made ? unseen(wanted, at, made.doubt) : { id, outputs: outputs(wanted, made.whole, at) };
}

/** It is made, and the engine must know of it, or it would be nobody's: the next run looks at it. */
const unseen = ({ pool, name }: Volume, { host, uuid }: Whereabouts, { message }: Failure): Created => ({
  id: idOf({ pool, name }),
  outputs: { values: { pool, name, host, [hidden.host]: uuid }, secrets: [] },
  reasons: [message],
});

/** Made by an earlier run that could not save it: its name is one that only we come to, and it is what is wanted; data never are known to be. */
async function isOurs(run: Run, host: Host, wanted: Wanted, inputs: Bag): Promise<boolean> {
  if (autonamedBy(inputs) !== "ours" || wanted.source) return false;
  const limits = limitsOf(run);
  const there = await find(host, wanted, limits);
  if (!there) return false;
  const { capacity, format, backing } = contentsOf(there);
  if (wanted.capacity !== undefined && capacity !== wanted.capacity) return false;
  if (wanted.format !== undefined && format !== wanted.format) return false;
  if (wanted.backing === undefined) return backing === undefined;
  return contentsOf(await describe(host, parsed(wanted.backing), limits)).path === backing?.path;
}
