/** Who uses a volume: domains, ours or not, their snapshots, and volumes that are based on it. */
import { dirname } from "node:path/posix";
import { asFailure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import type { Results } from "../../libvirt";
import { child, type Node, parse } from "../../xml";
import { unless } from "../maybe";
import { contentsOf } from "./document";
import { idOf, type Volume } from "./id";
import { type Snapshotted, snapshotsOn } from "./snapshots";

export interface Disk {
  /** Its target in the domain: `vda`. */
  readonly target: string;
  /** Paths, and `pool/volume` where the domain names it so; the top of the chain first. */
  readonly chain: readonly string[];
}
export interface User {
  readonly domain: { readonly name: string; readonly uuid: string; readonly id: number };
  readonly running: boolean;
  readonly disk: Disk;
}
interface Survey {
  readonly users: readonly User[];
  readonly snapshots: readonly Snapshotted[];
  readonly volumes: Contained["volumes"];
}
interface Contained {
  readonly pool: Pool;
  /** Its volumes; `on` is the path of what one is based on. */
  readonly volumes: readonly { readonly id: string; readonly path: string; readonly on: string | undefined }[];
}

const inactive = 2;
/** `virConnectListAllStoragePoolsFlags`. */
const activePools = 2;

/** Surveys in progress, and those that wait to start: what is asked during one must not be answered by it. */
const waiting = new WeakMap<Host, { running: Promise<unknown>; next?: Promise<Survey> }>();

/** One survey serves all that ask while the one before it is under way: 100 deletions do not read the host 100 times. */
function survey(host: Host): Promise<Survey> {
  const state = waiting.get(host);
  if (!state) {
    const first = look(host);
    const own = { running: first };
    waiting.set(host, own);
    void first.catch(() => undefined).then(() => settled(host, own));
    return first;
  }
  state.next ??= state.running
    .catch(() => undefined)
    .then(() => {
      const next = look(host);
      const own = { running: next };
      waiting.set(host, own);
      void next.catch(() => undefined).then(() => settled(host, own));
      return next;
    });
  return state.next;
}
const settled = (host: Host, own: { running: Promise<unknown>; next?: Promise<Survey> }): void => {
  if (waiting.get(host) === own && !own.next) waiting.delete(host);
};

async function look(host: Host): Promise<Survey> {
  const [users, snapshots, found] = await Promise.all([usersOn(host, 0), snapshotsOn(host), volumesOn(host)]);
  const used = [...users.map(({ disk }) => disk.chain), ...snapshots.map(({ files }) => files)].flat();
  return { users, snapshots, volumes: (await withNew(host, found, used)).flatMap(({ volumes }) => volumes) };
}

/** `flags` as of `virConnectListAllDomains`: 0 is all of them, running or not. */
async function usersOn(host: Host, flags: number, limits: Limits = {}): Promise<User[]> {
  const { domains } = await host.call("connectListAllDomains", { flags }, limits);
  const found = await Promise.all(
    domains.map(async (domain) => {
      const running = domain.id >= 0;
      const xml = (flags: number): Promise<Node | undefined> =>
        described(
          ["missing"],
          host.call("domainGetXmlDesc", { dom: domain, flags }, { object: `domain ${domain.name}`, ...limits }),
        );
      const [now, later] = await Promise.all([xml(0), running ? xml(inactive) : undefined]);
      const uses = (of: Node | undefined, running: boolean): User[] =>
        disksOf(of).map((disk) => ({ domain, running, disk }));
      return [...uses(now, running), ...uses(later, false)];
    }),
  );
  return found.flat();
}
/** Any may go between the list and the look. Every other failure leaves unknown who needs what. */
async function described(codes: readonly string[], asked: Promise<{ xml: string }>): Promise<Node | undefined> {
  const answer = await unless(codes, asked);
  return answer && parse(answer.xml);
}

async function volumesOn(host: Host): Promise<Contained[]> {
  const { pools } = await host.call("connectListAllStoragePools", { flags: activePools });
  return Promise.all(pools.map((pool) => contained(host, pool)));
}
async function contained(host: Host, pool: Pool): Promise<Contained> {
  const vols = await volumesOf(host, pool);
  const volumes = await Promise.all(
    vols.map(async (vol) => {
      // A file that libvirt itself cannot read must not keep all others from being deleted.
      const xml = await described(["missing", "refused"], host.call("storageVolGetXmlDesc", { vol }));
      if (!xml) return [];
      const { path, backing } = contentsOf(xml);
      return [{ id: idOf(vol), path, on: backing?.path }];
    }),
  );
  return { pool, volumes: volumes.flat() };
}
/** A snapshot puts its overlay beside the image, and no pool hears of that: one that does not know a file in use beside its own looks again. */
async function withNew(host: Host, found: readonly Contained[], used: readonly string[]): Promise<Contained[]> {
  const known = new Set(found.flatMap(({ volumes }) => volumes.map(({ path }) => path)));
  const directories = new Set(used.filter((file) => file.startsWith("/") && !known.has(file)).map(dirname));
  return Promise.all(
    found.map(async (one) => {
      if (!one.volumes.some(({ path }) => directories.has(dirname(path)))) return one;
      const { pool } = one;
      await unless(["missing"], host.call("storagePoolRefresh", { pool }, { object: `pool ${pool.name}` }));
      return contained(host, pool);
    }),
  );
}

type Pool = Results<"connectListAllStoragePools">["pools"][number];
/** Of a pool that was active a moment ago; one that stops meanwhile is as one that had stopped before. */
async function volumesOf(host: Host, pool: Pool): Promise<Results<"storagePoolListAllVolumes">["vols"]> {
  const about = { object: `pool ${pool.name}` };
  try {
    return (await host.call("storagePoolListAllVolumes", { pool }, about)).vols;
  } catch (error) {
    const { code } = asFailure(error);
    if (code === "missing") return [];
    const state = code === "refused" && (await unless(["missing"], host.call("storagePoolIsActive", { pool }, about)));
    if (state === false || state?.active) throw error;
    return [];
  }
}

export function disksOf(domain: Node | undefined): Disk[] {
  const devices = child(domain, "devices")?.children ?? [];
  return devices
    .filter(({ name }) => name === "disk")
    .map((disk) => ({
      target: child(disk, "target")?.attrs["dev"] ?? "",
      chain: sources(disk),
    }));
}
/** The disk's own source, then those of its backing chain and of a copy under way. */
function sources(n: Node): string[] {
  return n.children.flatMap(({ name, attrs, children, text }) => {
    if (name !== "source")
      return name === "backingStore" || name === "mirror" ? sources({ name, attrs, children, text }) : [];
    const { file, dev, pool, volume } = attrs;
    const path = file ?? dev ?? (pool && volume ? `${pool}/${volume}` : undefined);
    return path === undefined ? [] : [path];
  });
}

/** Domains, snapshots and volumes that need it, in words; empty where it can go. What is in `going` goes with it. */
export async function usersOf(
  host: Host,
  volume: Volume,
  path: string,
  going: readonly Volume[] = [],
): Promise<string[]> {
  const alsoGone = new Set(going.map(idOf));
  const { users, snapshots, volumes } = await survey(host);
  const names = [path, idOf(volume)];
  const domains = users.filter(({ disk }) => disk.chain.some((one) => names.includes(one)));
  return [
    ...new Set([
      ...domains.map(({ domain, disk }) => `domain ${domain.name} (disk ${disk.target})`),
      ...snapshots.filter(({ files }) => files.some((one) => names.includes(one))).map(({ words }) => words),
      ...volumes
        .filter(({ on, id }) => on === path && !alsoGone.has(id))
        .map(({ id }) => `volume ${id} is based on it`),
    ]),
  ];
}

/** The running domains that write to it. */
export async function runningOn(host: Host, volume: Volume, path: string, limits: Limits): Promise<User[]> {
  const users = await usersOn(host, 1, limits);
  const names = [path, idOf(volume)];
  return users.filter(({ running, disk }) => running && disk.chain[0] !== undefined && names.includes(disk.chain[0]));
}
