/** A new object, or one of ours that an earlier run left without a state. */
import { asFailure, Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import type { Bag, Created, CreateRequest, Run, Value } from "../../plugin/resource";
import { unknown } from "../../unknown";
import type { Shape } from "../../vocabulary";
import { print } from "../../xml";
import { adopt } from "../adopted";
import type { Context } from "../context";
import { importLine } from "../importing";
import { reading, wanted, written } from "../look";
import { maybe } from "../maybe";
import { hidden } from "../state";
import { mayMeet, warnOfStranger } from "../strangers";
import { isUnanswered } from "../unanswered";
import { hostOf, hostOrUnknown, hostToChange, limitsOf, uncancelled } from "../whereabouts";
import { type Kind, type Named, objectOf, outputsOf, settle, stables } from "./kind";
import { brought } from "./update";

export async function create<S extends Shape>(
  kind: Kind<S>,
  context: Context,
  run: Run,
  request: CreateRequest,
): Promise<Created> {
  const { values } = request.inputs;
  if (values["host"] !== unknown) await mustBeReplaceable(kind, context, run, request);
  if (request.preview) return foreseen(kind, context, run, request);
  const host = hostToChange(context, values);
  const name = String(values["name"]);
  const { object, more, doubt } = await made(kind, context, run, host, request);
  if (doubt) return doubtful(host, object, more, doubt);
  try {
    const { xml } = await kind.look(host, object, limitsOf(run));
    return { id: name, outputs: await outputsOf(kind, run, host, object, xml, more) };
  } catch (error) {
    return doubtful(host, object, more, asFailure(error).in({ object: objectOf(kind, name), host: host.name }));
  }
}

/** Before anything is made: the old one goes for it, sooner or later. */
async function mustBeReplaceable<S extends Shape>(
  kind: Kind<S>,
  context: Context,
  run: Run,
  { urn, inputs, preview }: CreateRequest,
): Promise<void> {
  const replaced = context.replacements.replaced(urn);
  if (replaced === undefined) return;
  const host = hostOf(context, inputs.values);
  const limits = limitsOf(run);
  const old = (await kind.all(host, limits)).find(({ uuid }) => uuid === replaced);
  if (old) await kind.mustHoldNothing(host, old, preview, limits);
}

/** It is there, or may be: the next run looks before it does anything. */
const doubtful = (host: Host, { name, uuid }: Named, more: Bag, { message }: Failure): Created => ({
  id: name,
  outputs: { values: { ...more, name, uuid, host: host.name }, secrets: [] },
  reasons: [message],
  refreshBeforeUpdate: true,
});

async function foreseen<S extends Shape>(
  kind: Kind<S>,
  context: Context,
  run: Run,
  request: CreateRequest,
): Promise<Created> {
  const { values } = request.inputs;
  if (mayMeet(context, request)) await warnOfStranger(run, stranger(kind, context, run, request));
  if (values["name"] !== unknown) context.planned.add(objectOf(kind, String(values["name"])));
  const rest = stables(kind).map((key): [string, Value] => [key, values[key] ?? unknown]);
  const host = hostOrUnknown(context, values);
  return { id: "", outputs: { values: { ...Object.fromEntries(rest), host }, secrets: [] } };
}

async function stranger<S extends Shape>(
  kind: Kind<S>,
  context: Context,
  run: Run,
  { name: resource, inputs: { values } }: CreateRequest,
): Promise<Failure | undefined> {
  const host = hostOf(context, values);
  const { name, uuid } = await kind.lookup(host, String(values["name"]), limitsOf(run));
  if (uuid === values["uuid"] && values[hidden.minted] === true) return undefined;
  return taken(kind, context, host, resource, name)(undefined);
}

/** What is wrong where the object is somebody else's. */
type Taken = (cause: unknown) => Failure;
interface Made {
  readonly object: Named;
  readonly more: Bag;
  /** What kept it from being as wanted, where it could not be taken back either. */
  readonly doubt?: Failure;
}
/** What was there before this run is never undone: it may have been in use for years. */
async function made<S extends Shape>(
  kind: Kind<S>,
  context: Context,
  run: Run,
  host: Host,
  { name: resource, inputs: { values } }: CreateRequest,
): Promise<Made> {
  const object = { name: String(values["name"]), uuid: String(values["uuid"]) };
  const there = await maybe(kind.look(host, object, limitsOf(run)));
  const wrong = taken(kind, context, host, resource, object.name);
  if (!there) return fresh(kind, run, host, object.name, values, wrong);
  // A UUID that the program gives is no mark of ours.
  if (values[hidden.minted] !== true) throw wrong(undefined);
  const was = kind.whole ? (reading(kind.declaration, there.xml) as Bag) : {};
  await brought(kind, run, host, object, there, was, values);
  const adopted = { object, more: {} };
  await settle(kind, run, host, object, values, (more) => Object.assign(adopted.more, more));
  adopt(context, host, objectOf(kind, object.uuid));
  return adopted;
}

async function fresh<S extends Shape>(
  kind: Kind<S>,
  run: Run,
  host: Host,
  name: string,
  values: Bag,
  wrong: Taken,
): Promise<Made> {
  const xml = print(written(kind.declaration, wanted(kind.declaration, values), values));
  const object = { name, uuid: String(values["uuid"]) };
  const more = {};
  let doubt = await defined(kind, host, xml, name, wrong, limitsOf(run));
  try {
    if (!doubt) await settle(kind, run, host, object, values, (outputs) => Object.assign(more, outputs));
  } catch (error) {
    doubt = asFailure(error);
  }
  if (!doubt) return { object, more };
  const failure = doubt.in({ object: objectOf(kind, name), host: host.name });
  if (await dropped(kind, run, host, object, more)) throw failure;
  return { object, more, doubt: failure };
}
/** Takes back what this run made, also after Ctrl-C; whether it is gone. */
async function dropped<S extends Shape>(kind: Kind<S>, run: Run, host: Host, object: Named, more: Bag) {
  return maybe(kind.drop(uncancelled(run), host, object, {}, more)).then(
    () => true,
    () => false,
  );
}
/** Resolves to what went wrong where no answer came: then it may be there. */
async function defined<S extends Shape>(
  kind: Kind<S>,
  host: Host,
  xml: string,
  name: string,
  wrong: Taken,
  limits: Limits,
): Promise<Failure | undefined> {
  try {
    await kind.define(host, xml, name, limits);
    return undefined;
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code === "exists") throw wrong(failure);
    if (isUnanswered(failure)) return failure;
    throw failure;
  }
}

const taken =
  <S extends Shape>(kind: Kind<S>, context: Context, host: Host, resource: string, name: string): Taken =>
  (cause) =>
    new Failure("exists", `a ${kind.word} of that name or UUID is there already, and this stack did not make it`, {
      object: objectOf(kind, name),
      host: host.name,
      remedy: `Take it over with ${importLine(context, kind.token, resource, host, name)}, or choose another name`,
      cause,
    });
