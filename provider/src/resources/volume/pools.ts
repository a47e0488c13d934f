/** What must be known of a pool to put a volume into it; asked once per host and pool, since it hardly ever changes. */
import { asFailure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { parse } from "../../xml";

export interface Facts {
  readonly name: string;
  readonly uuid: string;
  /** `dir`, `logical`, … */
  readonly type: string;
}
const known = new WeakMap<Host, Map<string, Promise<Facts>>>();

export function factsOf(host: Host, name: string, limits: Limits): Promise<Facts> {
  const pools = known.get(host) ?? new Map<string, Promise<Facts>>();
  known.set(host, pools);
  const asked = pools.get(name) ?? ask(host, name, limits);
  pools.set(name, asked);
  asked.catch(() => pools.get(name) === asked && pools.delete(name));
  return asked;
}
async function ask(host: Host, name: string, limits: Limits): Promise<Facts> {
  const about = { object: `pool ${name}`, ...limits };
  try {
    const { pool } = await host.call("storagePoolLookupByName", { name }, about);
    const { xml } = await host.call("storagePoolGetXmlDesc", { pool }, about);
    return { name, uuid: pool.uuid, type: parse(xml).attrs["type"] ?? "dir" };
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code !== "missing") throw failure;
    throw failure.in({
      remedy: `Make it first: a kvm:Pool named ${name} in this program, whose \`name\` output the volume takes as \`pool\`, or \`virsh pool-define-as ${name} dir --target DIRECTORY\` on the host`,
    });
  }
}

/** Does what needs the pool; asks again where it has become another one of that name meanwhile. */
export async function inPool<T>(
  host: Host,
  name: string,
  limits: Limits,
  work: (pool: Facts) => Promise<T>,
): Promise<T> {
  const pool = await factsOf(host, name, limits);
  try {
    return await work(pool);
  } catch (error) {
    if (asFailure(error).code !== "missing") throw error;
    known.get(host)?.delete(name);
    const again = await factsOf(host, name, limits);
    if (again.uuid === pool.uuid) throw error;
    return work(again);
  }
}

/** Pools whose volumes are files know image formats; the others hold bare devices. */
const files = new Set(["dir", "fs", "netfs", "gluster", "vstorage"]);
export const holdsFiles = ({ type }: Facts): boolean => files.has(type);
export const formatIn = (facts: Facts): string => (holdsFiles(facts) ? "qcow2" : "raw");
