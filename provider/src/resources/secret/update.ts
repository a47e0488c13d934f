/** A secret is brought to what the program says, and what the program does not say stays. */
import type { Host, Limits } from "../../host/host";
import { resources } from "../../model";
import type { Bag, Run, Updated, UpdateRequest } from "../../plugin/resource";
import { merge } from "../../vocabulary";
import { canonical, parse, print } from "../../xml";
import type { Context } from "../context";
import { reading, wanted, written } from "../look";
import { hidden, mustBeHost } from "../state";
import { hostStaying, limitsOf } from "../whereabouts";
import { define, look, objectOf, setValue, valueOn } from "./calls";
import { outputsOf } from "./read";
import { bytesOf } from "./value";

const declaration = resources.Secret.inputs;

export async function update(run: Run, context: Context, request: UpdateRequest): Promise<Updated> {
  const { id: uuid, news, oldInputs, oldOutputs } = request;
  if (request.preview) return { outputs: oldOutputs };
  const host = hostStaying(context, oldInputs.values, news.values);
  const limits = limitsOf(run);
  mustBeHost(oldOutputs.values[hidden.host], (await host.identity(limits)).uuid, objectOf(uuid), host.name);
  await brought(host, uuid, await look(host, uuid, limits), oldInputs.values, news.values, limits);
  return { outputs: await outputsOf(host, uuid, await look(host, uuid, limits), limits) };
}

/** Changes on the host what differs between the inputs `was` and `want`. */
export async function brought(
  host: Host,
  uuid: string,
  xml: string,
  was: Bag,
  want: Bag,
  limits: Limits,
): Promise<void> {
  const merged = merge(declaration, reading(declaration, xml), wanted(declaration, was), wanted(declaration, want));
  const after = written(declaration, merged, want, was);
  if (canonical(parse(xml)) !== canonical(after)) await define(host, uuid, print(after), limits);
  const value = bytesOf(want);
  if (!value) return;
  const today = await valueOn(host, uuid, xml, limits);
  const there = today === "untold" ? bytesOf(was) : today;
  if (!there?.equals(value)) await setValue(host, uuid, value, limits);
}
