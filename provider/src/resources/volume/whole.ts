/** Whether a volume that is there is whole: a look at it alone does not tell. */
import { Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { find } from "./calls";
import { objectOf, type Volume } from "./id";
import { isMark, type Marked, markOf } from "./mark";
import { inPool } from "./pools";

/** What is wrong where the mark of its making was left: it must stay known until an update takes it away. */
export async function markLeft(host: Host, marked: Marked, limits: Limits): Promise<Failure | undefined> {
  const mark = markOf(marked);
  if (!(await find(host, mark, limits))) return undefined;
  return new Failure("refused", `its mark ${mark.name} lies beside it still`, {
    object: objectOf(marked.wanted),
    host: host.name,
    remedy: "`pulumi up` takes it away",
  });
}

/** Of what no state knows: any program may be at filling it. */
export async function mustBeWhole(host: Host, volume: Volume, limits: Limits): Promise<void> {
  const { vols } = await inPool(host, volume.pool, limits, (pool) =>
    host.call("storagePoolListAllVolumes", { pool }, { object: `pool ${volume.pool}`, ...limits }),
  );
  const mark = vols.find(({ name }) => isMark(name) && name.startsWith(`.${volume.name}.`));
  if (!mark) return;
  throw new Failure("refused", `it is half made: ${mark.name}, the mark of what fills it, lies beside it`, {
    object: objectOf(volume),
    host: host.name,
    remedy: "Wait until that is done, or run `pulumi up` of the program that makes it; delete both if there is none",
  });
}
