/** The volumes of a pool whose contents were given up. */
import { asFailure, Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import type { Named } from "../defined";
import { find, remove } from "../volume/calls";
import { contentsOf } from "../volume/document";
import { idOf, type Volume } from "../volume/id";
import { usersOf } from "../volume/users";

const about = ({ name }: Named, limits: Limits) => ({ object: `pool ${name}`, ...limits });

/** Deletes them all, or none where one is in use. Only an active pool shows what is in it, so one that is not starts for it. Whether it is active then. */
export async function empty(host: Host, pool: Named, active: boolean, limits: Limits): Promise<boolean> {
  if (!active && !(await started(host, pool, limits))) return false;
  try {
    const { vols } = await host.call("storagePoolListAllVolumes", { pool }, about(pool, limits));
    await mustBeUnused(host, pool, vols, limits);
    await Promise.all(vols.map((vol) => remove(host, vol, limits)));
    return true;
  } catch (error) {
    // It is left as it was found, even after Ctrl-C.
    if (!active) await host.call("storagePoolDestroy", { pool }, about(pool, {})).catch(() => undefined);
    throw error;
  }
}
/** What every file system has at its root is no volume of anybody's. */
const isVolume = ({ name }: Volume): boolean => name !== "lost+found";

/** A pool that is made anew lies elsewhere, or goes first: its volumes would be lost, or left to nobody. */
export async function mustHoldNothing(host: Host, pool: Named, look: boolean, limits: Limits): Promise<void> {
  const { active } = await host.call("storagePoolIsActive", { pool }, about(pool, limits));
  if (!active && (look || !(await started(host, pool, limits)))) return;
  const vols = await host
    .call("storagePoolListAllVolumes", { pool }, about(pool, limits))
    .then((answer) => answer.vols.filter(isVolume))
    .finally(() => active || host.call("storagePoolDestroy", { pool }, about(pool, {})));
  if (vols.length === 0) return;
  const named = vols.slice(0, 5).map(({ name }) => name);
  const more = vols.length > named.length ? ` and ${vols.length - named.length} more` : "";
  throw new Failure(
    "refused",
    `another pool would be made in its place, and it holds volumes: ${named.join(", ")}${more}`,
    {
      object: `pool ${pool.name}`,
      host: host.name,
      remedy:
        "Leave as it was what the plan says must be replaced, and declare the other pool as a resource of its own; this one can go once its volumes are moved or deleted",
    },
  );
}

/** Where its directory is gone, so is what was in it. */
async function started(host: Host, pool: Named, limits: Limits): Promise<boolean> {
  try {
    await host.call("storagePoolCreate", { pool }, about(pool, limits));
    return true;
  } catch (error) {
    if (!isGone(error)) throw error;
    return false;
  }
}
export const isGone = (error: unknown): boolean => /No such file or directory/.test(asFailure(error).problem);

async function mustBeUnused(host: Host, pool: Named, vols: readonly Volume[], limits: Limits): Promise<void> {
  const used = await Promise.all(
    vols.map(async (vol) => {
      const xml = await find(host, vol, limits);
      // One that is based on another goes together with it.
      const users = xml ? await usersOf(host, vol, contentsOf(xml).path, vols) : [];
      return users.length > 0 ? [`${idOf(vol)} (${users.join(", ")})`] : [];
    }),
  );
  if (used.flat().length === 0) return;
  throw new Failure("refused", `volumes in it are in use: ${used.flat().join("; ")}`, {
    object: `pool ${pool.name}`,
    host: host.name,
    remedy: "Take them out of what uses them first, or keep the contents: run `pulumi up` without `deleteContents`",
  });
}
