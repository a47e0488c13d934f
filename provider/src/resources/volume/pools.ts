/** What must be known of a pool to put a volume into it; asked once per host and pool, since it hardly ever changes. */
import { asFailure } from "../../failure";
import type { Host, Limits } from "../../host/host";

export interface Facts {
  readonly name: string;
  readonly uuid: string;
  /** Its volumes are files and can be images of any format; the others hold bare devices. */
  readonly holdsFiles: boolean;
}
/** `virConnectListAllStoragePoolsFlags`: dir, fs, netfs, gluster, vstorage. */
const holdingFiles = 64 | 128 | 256 | (1 << 16) | (1 << 18);
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
    const [{ pool }, { pools }] = await Promise.all([
      host.call("storagePoolLookupByName", { name }, about),
      // Its XML would tell too, but could be asked for only once its UUID is known.
      host.call("connectListAllStoragePools", { flags: holdingFiles }, about),
    ]);
    return { name, uuid: pool.uuid, holdsFiles: pools.some(({ uuid }) => uuid === pool.uuid) };
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

export const formatIn = ({ holdsFiles }: Facts): string => (holdsFiles ? "qcow2" : "raw");
