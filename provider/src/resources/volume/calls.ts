/** libvirt's calls on one volume, with the errors that a user meets turned into what to do. */
import { asFailure, Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { remoteErrorOf } from "../../libvirt";
import { resources } from "../../model";
import { type Node, parse, print } from "../../xml";
import type { Context } from "../context";
import { importLine } from "../importing";
import { maybe } from "../maybe";
import { idOf, objectOf, type Volume } from "./id";
import { inPool } from "./pools";

/** `VIR_ERR_NO_STORAGE_POOL`. */
const noPool = 49;
/** `virStorageVolResizeFlags`. */
export const shrink = 4;

export const create = (host: Host, volume: Volume, xml: Node, limits: Limits): Promise<unknown> =>
  explained(volume, () =>
    inPool(host, volume.pool, limits, (pool) =>
      host.call("storageVolCreateXml", { pool, xml: print(xml) }, { object: objectOf(volume), ...limits }),
    ),
  );

/** Copies the data of `from`, and writes them in the format that `xml` says. */
export const createFrom = (host: Host, volume: Volume, xml: Node, from: Volume, limits: Limits): Promise<unknown> =>
  explained(volume, () =>
    inPool(host, volume.pool, limits, (pool) =>
      host.call(
        "storageVolCreateXmlFrom",
        { pool, xml: print(xml), clonevol: from },
        { object: objectOf(volume), ...limits },
      ),
    ),
  );

export async function describe(host: Host, volume: Volume, limits: Limits): Promise<Node> {
  const { xml } = await host.call("storageVolGetXmlDesc", { vol: volume }, { object: objectOf(volume), ...limits });
  return parse(xml);
}

/** Undefined where there is no volume of that name in the pool. */
export async function find(host: Host, volume: Volume, limits: Limits): Promise<Node | undefined> {
  return describe(host, volume, limits).catch((error: unknown) => {
    if (!isNoVolume(error)) throw error;
    return undefined;
  });
}
/** A pool that is not there says nothing of its volumes. */
const isNoVolume = (error: unknown): boolean =>
  asFailure(error).code === "missing" && remoteErrorOf(error)?.code !== noPool;

/** What is gone already is well. */
export async function remove(host: Host, volume: Volume, limits: Limits): Promise<void> {
  await maybe(host.call("storageVolDelete", { vol: volume }, { object: objectOf(volume), ...limits }));
}

/** Takes away what is half made; that this failed must not hide why it was half made. */
export const undo = (host: Host, volume: Volume): Promise<void> => remove(host, volume, {}).catch(() => undefined);

export const resize = (host: Host, volume: Volume, capacity: bigint, flags: number, limits: Limits): Promise<unknown> =>
  explained(volume, () =>
    host.call("storageVolResize", { vol: volume, capacity, flags }, { object: objectOf(volume), ...limits }),
  );

export async function explained<T>(volume: Volume, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const failure = asFailure(error);
    const remedy = remedyFor(failure, volume);
    throw remedy === undefined ? failure : failure.in({ remedy });
  }
}
function remedyFor({ problem }: Failure, volume: Volume): string | undefined {
  if (/No space left|Fail\w+ writing|cannot write|not enough free space/i.test(problem)) return remedyWhenFull(volume);
  if (/is not active/.test(problem)) return `Start the pool: \`virsh pool-start ${volume.pool}\``;
  return undefined;
}

export const remedyWhenFull = ({ pool }: Volume): string =>
  `Pool ${pool} is full: free space in it (\`virsh pool-info ${pool}\`), or choose another pool`;

export const taken = (volume: Volume, host: Host, cause: unknown): Failure =>
  new Failure("exists", "a volume of that name is there already, and this stack did not make it", {
    object: objectOf(volume),
    host: host.name,
    cause,
  });

/** The same, with the command that takes it over. */
export function takenBy(context: Context, host: Host, resource: string, volume: Volume, cause: unknown): Failure {
  const importing = importLine(context, resources.Volume.token, resource, host, idOf(volume));
  return taken(volume, host, cause).in({ remedy: `Take it over with ${importing}, or choose another name` });
}
