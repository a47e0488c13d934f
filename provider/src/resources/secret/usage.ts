/** What a secret is for, by which libvirt finds it too: no two secrets have the same. */
import type { Host, Limits } from "../../host/host";
import type { Bag, Value } from "../../plugin/resource";
import { objectOf } from "./calls";

/** `virSecretUsageType` */
const TYPES: readonly string[] = ["none", "volume", "ceph", "iscsi", "tls", "vtpm"];

export interface Usage {
  readonly type: string;
  readonly id: string;
}

/** Undefined where the inputs say none, or do not know it yet. */
export function usageOf({ usage }: Bag): Usage | undefined {
  if (typeof usage !== "object" || usage === null) return undefined;
  const { type, volume, name, target } = usage as Bag;
  const id: Value | undefined = volume ?? name ?? target;
  return typeof type === "string" && typeof id === "string" ? { type, id } : undefined;
}

/** `volume//srv/root.qcow2`, `ceph/client.libvirt secret` */
export const spelled = ({ type, id }: Usage): string => `${type}/${id}`;
export function parsed(text: string): Usage | undefined {
  const slash = text.indexOf("/");
  const usage = { type: text.slice(0, Math.max(slash, 0)), id: text.slice(slash + 1) };
  return TYPES.indexOf(usage.type) > 0 && usage.id !== "" ? usage : undefined;
}

/** The UUID of the secret that has it. */
export async function holderOf(host: Host, usage: Usage, limits: Limits): Promise<string> {
  const asked = { usageType: TYPES.indexOf(usage.type), usageID: usage.id };
  const { secret } = await host.call("secretLookupByUsage", asked, { object: objectOf(spelled(usage)), ...limits });
  return secret.uuid;
}
