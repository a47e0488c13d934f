/** What is done to a secret on its host, call by call. */
import { asFailure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { parse } from "../../xml";
import { maybe } from "../maybe";

export const objectOf = (name: string): string => `secret ${name}`;
const about = (uuid: string, limits: Limits) => ({ object: objectOf(uuid), ...limits });

export async function look(host: Host, uuid: string, limits: Limits): Promise<string> {
  return (await host.call("secretGetXmlDesc", { secret: { uuid } }, about(uuid, limits))).xml;
}

export async function define(host: Host, uuid: string, xml: string, limits: Limits): Promise<void> {
  await host.call("secretDefineXml", { xml }, about(uuid, limits));
}

export async function drop(host: Host, uuid: string, limits: Limits): Promise<void> {
  await host.call("secretUndefine", { secret: { uuid } }, about(uuid, limits));
}

export async function setValue(host: Host, uuid: string, value: Uint8Array, limits: Limits): Promise<void> {
  await host.call("secretSetValue", { secret: { uuid }, value }, about(uuid, limits));
}

export const all = async (host: Host, limits: Limits): Promise<readonly string[]> =>
  (await host.call("connectListAllSecrets", {}, limits)).secrets.map(({ uuid }) => uuid);

/** Undefined where it has none; `untold` where it is private, or is told to nobody who may only look. */
export async function valueOn(
  host: Host,
  uuid: string,
  xml: string,
  limits: Limits,
): Promise<Buffer | "untold" | undefined> {
  if (parse(xml).attrs["private"] === "yes") return "untold";
  try {
    return (await maybe(host.call("secretGetValue", { secret: { uuid } }, about(uuid, limits))))?.value;
  } catch (error) {
    if (asFailure(error).code !== "denied") throw error;
    return "untold";
  }
}
