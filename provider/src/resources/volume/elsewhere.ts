/** A volume that its pool does not show, though nobody deleted it. */
import { dirname } from "node:path/posix";
import { Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { child, parse } from "../../xml";
import { objectOf, type Volume } from "./id";
import { inPool } from "./pools";

/** What is wrong where the pool has another directory now than when `path`, the volume's own, was written down. */
export async function elsewhere(
  host: Host,
  volume: Volume,
  path: unknown,
  limits: Limits,
): Promise<Failure | undefined> {
  if (typeof path !== "string") return undefined;
  const about = { object: `pool ${volume.pool}`, ...limits };
  const { xml } = await inPool(host, volume.pool, limits, (pool) =>
    host.call("storagePoolGetXmlDesc", { pool }, about),
  );
  const directory = child(child(parse(xml), "target"), "path")?.text;
  if (!directory || path.startsWith(`${directory}/`)) return undefined;
  return new Failure("refused", `its file is ${path}, but its pool has another directory now: ${directory}`, {
    object: objectOf(volume),
    host: host.name,
    remedy: `Let the pool have ${dirname(path)} again, or move the file; if the volume may be forgotten, \`pulumi state delete\` does that`,
  });
}
