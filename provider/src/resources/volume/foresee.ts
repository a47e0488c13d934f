/** What a preview can say of a volume that is to be made. */
import { asFailure, type Failure } from "../../failure";
import type { Host } from "../../host/host";
import { resources } from "../../model";
import type { Created, CreateRequest, Run, Value } from "../../plugin/resource";
import { unknown } from "../../unknown";
import type { Context } from "../context";
import { effective } from "../inputs";
import { mayMeet, warnOfStranger } from "../strangers";
import { hostOf, hostOrUnknown, limitsOf } from "../whereabouts";
import { warnOfUse } from "./anew";
import { describe, find, takenBy } from "./calls";
import { parsed, type Volume } from "./id";
import { keyOf, markOf } from "./mark";
import { factsOf } from "./pools";
import { isBag } from "./source";

const declaration = resources.Volume.inputs;

/** What is missing may be made by the same program: that is a warning. */
export async function foreseen(run: Run, context: Context, request: CreateRequest): Promise<Created> {
  const { values } = request.inputs;
  const value = effective(declaration, values);
  const { pool, name, format } = value;
  if (typeof pool === "string" && mayMeet(context, request))
    await warnOfStranger(run, stranger(run, context, request, { pool, name: String(name) }));
  const replaced = context.replacements.replaced(request.urn);
  if (values["host"] !== unknown && replaced === `${String(pool)}/${String(name)}`)
    await warnOfUse(run, hostOf(context, values), parsed(replaced));
  if (values["host"] !== unknown)
    await foresee(run, context, hostOf(context, values), pool, [value["backing"], value["source"]]);
  const known = (one: Value | undefined): Value => one ?? unknown;
  return {
    id: "",
    outputs: {
      values: {
        pool: known(pool),
        name: known(name),
        path: unknown,
        capacity: unknown,
        format: known(format),
        host: hostOrUnknown(context, values),
      },
      secrets: [],
    },
  };
}
async function stranger(
  run: Run,
  context: Context,
  request: CreateRequest,
  volume: Volume,
): Promise<Failure | undefined> {
  const host = hostOf(context, request.inputs.values);
  const mark = markOf({ wanted: volume, key: keyOf(context, request) });
  const [there, halfMade] = await Promise.all([volume, mark].map((one) => find(host, one, limitsOf(run))));
  return there && !halfMade ? takenBy(context, host, request.name, volume, undefined) : undefined;
}
async function foresee(
  run: Run,
  context: Context,
  host: Host,
  pool: Value | undefined,
  from: readonly (Value | undefined)[],
): Promise<void> {
  const limits = limitsOf(run);
  const warn = (error: unknown): void => warned(run, context, asFailure(error));
  if (typeof pool === "string") await factsOf(host, pool, limits).catch(warn);
  for (const one of from) {
    const id = isBag(one) ? one["volume"] : undefined;
    if (typeof id === "string") await describe(host, parsed(id), limits).catch(warn);
  }
}
function warned(run: Run, { planned }: Context, failure: Failure): void {
  if (failure.code !== "missing") throw failure;
  if (planned.has(failure.circumstances.object ?? "")) return;
  run.log.warn(`${failure.message}. (Nothing is wrong if this program makes it under that very name.)`);
}
