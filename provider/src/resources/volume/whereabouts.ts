/** The host of a volume, as its state keeps it. */
import type { Host } from "../../host/host";
import type { Run } from "../../plugin/resource";
import { limitsOf } from "../whereabouts";

export interface Whereabouts {
  /** The host as the user names it, its UUID and libvirt. */
  readonly host: string;
  readonly uuid: string;
  readonly libvirt: string;
}

export async function whereabouts(run: Run, host: Host): Promise<Whereabouts> {
  const { uuid, libvirt } = await host.identity(limitsOf(run));
  return { host: host.name, uuid, libvirt };
}
