/** Objects that this process found to be its own and took over (see `Context.adopted`). */
import type { Host } from "../host/host";
import type { Run } from "../plugin/resource";
import type { Context } from "./context";

const key = (host: Host, identity: string): string => `${host.name} ${identity}`;

export const adopt = ({ adopted }: Context, host: Host, identity: string): unknown => adopted.add(key(host, identity));

/** Whether a deletion must leave it; the user is told what to do instead. `object` is its name for people. */
export function keepsAdopted({ adopted }: Context, run: Run, host: Host, identity: string, object: string): boolean {
  const keeps = adopted.has(key(host, identity));
  if (keeps)
    run.log.warn(
      `${object} on host ${host.name} stays: it cannot be there twice, so it was taken over as it is. To have it made anew, set the option deleteBeforeReplace`,
    );
  return keeps;
}
