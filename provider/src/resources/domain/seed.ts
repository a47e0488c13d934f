/** cloud-init's disc: made in memory, put beside the machine's disks, attached as a CD-ROM. */
import { createHmac } from "node:crypto";
import { asFailure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { iso } from "../../images/iso";
import { NOCLOUD_LABEL, nocloud } from "../../images/nocloud";
import type { CloudInit, Disk } from "../../model";
import type { CheckFailure, Path, Run } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { node, print } from "../../xml";
import { maybe } from "../maybe";
import type { Loose } from "../values";

/** A volume on the host. */
export interface Disc {
  readonly pool: string;
  readonly volume: string;
}
export interface Seed extends Disc {
  readonly path: string;
  /** Written by this call: before it, nobody can have used it. */
  readonly fresh: boolean;
}
export interface Place {
  readonly pool: string;
  /** The owner of this provider's state: with it, a file's name tells nothing of its content. */
  readonly owner: string;
}

/** The first lines by which cloud-init knows what user data are; it passes over everything else. */
const headers = [
  /^#cloud-config\b/,
  /^#cloud-config-archive\b/,
  /^#cloud-config-jsonp\b/,
  /^#cloud-boothook\b/,
  /^#include\b/,
  /^#include-once\b/,
  /^#part-handler\b/,
  /^#upstart-job\b/,
  /^#!/,
  /^## template: ?jinja\b/,
  /^(Content-Type|MIME-Version|From|Content-[\w-]+): ?/i,
];

/** Faults of what is known already; `at` is where the `cloudInit` stands. No fault quotes the data: they may hold secrets. */
export function checkCloudInit(cloudInit: Readonly<Record<string, unknown>>, at: Path = ["cloudInit"]): CheckFailure[] {
  const { metaData, instanceId } = cloudInit;
  const failures: CheckFailure[] = [];
  const fail = (property: string, reason: string): void => void failures.push({ property: [...at, property], reason });
  for (const property of ["userData", "vendorData"] as const) {
    const fault = faultOf(cloudInit[property]);
    if (fault) fail(property, fault);
  }
  if (typeof instanceId === "string" && !/^[!-~]+$/.test(instanceId))
    fail("instanceId", "must be printable ASCII without spaces: it names a folder in the guest");
  if (
    instanceId !== undefined &&
    instanceId !== unknown &&
    typeof metaData === "string" &&
    /\binstance-id\b/.test(metaData)
  )
    fail("instanceId", "stands in `metaData` too: say it in one of them");
  return failures;
}

function faultOf(data: unknown): string | undefined {
  if (typeof data !== "string" || data === "" || headers.some((header) => header.test(data))) return undefined;
  if (headers.some((header) => header.test(data.trimStart().replace(/^\ufeff/, ""))))
    return "has blanks, an empty line or a byte-order mark before its first line: cloud-init would pass over all of it";
  return "must start with a line that cloud-init knows, such as `#cloud-config` or `#!/bin/sh`: it would pass over all of it";
}

/** The bytes of the disc, and the name that goes with these bytes. */
export function discOf(
  uuid: string,
  name: string,
  cloudInit: CloudInit,
  owner: string,
): { bytes: Buffer; file: string } {
  const { userData, metaData, networkConfig, vendorData, instanceId = uuid } = cloudInit;
  const files = nocloud({ userData, metaData, networkConfig, vendorData, instanceId, localHostname: name });
  const bytes = iso({ label: NOCLOUD_LABEL, files });
  return { bytes, file: `${discsOf(owner, uuid, name)}${keyed(owner, uuid, bytes)}${ending}` };
}
const ending = ".seed.iso";
const keyed = (owner: string, uuid: string, content: Uint8Array): string =>
  createHmac("sha256", owner).update(`${uuid}\n`).update(content).digest("hex").slice(0, 6);
/** How the names of all discs of a machine begin: nobody else's do, for they have our key in them. */
const discsOf = (owner: string, uuid: string, name: string): string =>
  `${name}-${keyed(owner, uuid, new Uint8Array())}`;

/** Puts the disc into the pool. The same content is the same file; other content never touches a disc that is in a drive. */
export async function putSeed(
  run: Run,
  host: Host,
  uuid: string,
  name: string,
  cloudInit: CloudInit,
  { pool: poolName, owner }: Place,
): Promise<Seed> {
  const { bytes, file } = discOf(uuid, name, cloudInit, owner);
  const limits: Limits = { signal: run.signal, deadline: run.deadline };
  const about = { object: `cloud-init's disc ${poolName}/${file}`, ...limits };
  const vol = { pool: poolName, name: file };
  const { pool } = await host.call(
    "storagePoolLookupByName",
    { name: poolName },
    { object: `pool ${poolName}`, ...limits },
  );
  run.log.status("writing cloud-init's disc");
  let made = true;
  try {
    await host.call("storageVolCreateXml", { pool, xml: volumeXml(file, bytes.length) }, about);
  } catch (thrown) {
    // It is ours: its name has our key in it. It may be half-written, so it is written again.
    if (asFailure(thrown).code !== "exists") throw thrown;
    made = false;
  }
  try {
    const fill = () => host.upload("storageVolUpload", { vol, offset: 0, length: bytes.length }, pieces(bytes), about);
    await fill().catch((thrown: unknown) => {
      // The same bytes twice are the same disc.
      if (asFailure(thrown).code !== "lost") throw thrown;
      return fill();
    });
    const { name: path } = await host.call("storageVolGetPath", { vol }, about);
    return { pool: poolName, volume: file, path, fresh: made };
  } catch (thrown) {
    // The user's own stop must not keep us from clearing up.
    if (made) await host.call("storageVolDelete", { vol }, { object: about.object }).catch(() => undefined);
    throw thrown;
  }
}

async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Readable by QEMU alone, which libvirt gives the file to: user data hold keys and passwords. */
function volumeXml(name: string, size: number): string {
  const leaf = (element: string, text: string, attrs: Record<string, string> = {}) => node(element, attrs, [], text);
  const permissions = node("permissions", {}, [leaf("mode", "0600")]);
  return print(
    node("volume", { type: "file" }, [
      leaf("name", name),
      leaf("capacity", String(size), { unit: "bytes" }),
      node("target", {}, [node("format", { type: "raw" }), permissions]),
    ]),
  );
}

/** Removes the disc; one that is gone is a success. */
export async function dropSeed(host: Host, { pool, volume }: Disc, limits: Limits = {}): Promise<void> {
  const about = { object: `cloud-init's disc ${pool}/${volume}`, ...limits };
  await maybe(host.call("storageVolDelete", { vol: { pool, name: volume } }, about));
}

interface Owned {
  readonly pool: string;
  readonly uuid: string;
  readonly name: string;
  readonly owner: string;
}
/** Removes what runs that were killed left of a machine's discs; those to `keep` are in use. */
export async function dropStale(
  host: Host,
  { pool: poolName, uuid, name, owner }: Owned,
  keep: readonly string[],
  limits: Limits,
): Promise<void> {
  const about = { object: `pool ${poolName}`, ...limits };
  const { pool } = await host.call("storagePoolLookupByName", { name: poolName }, about);
  const { vols } = await host.call("storagePoolListAllVolumes", { pool }, about);
  const begin = discsOf(owner, uuid, name);
  const stale = vols.filter(
    (vol) => vol.name.startsWith(begin) && vol.name.endsWith(ending) && !keep.includes(vol.name),
  );
  await Promise.all(stale.map((vol) => dropSeed(host, { pool: poolName, volume: vol.name }, limits)));
}

/** The alias by which the disc's drive is known, on the host and in a running machine. */
const seedAlias = "ua-seed";
export const isSeed = (disk: Loose): boolean => disk["alias"] === seedAlias;

/**
 * The drive with the disc. On virtio-scsi: cloud kernels have no driver for the SATA drive of a q35 machine, and a
 * virtio disk has no tray. Its name leaves the first letters to the program, and none of those that are `taken`; from
 * a name so late in the alphabet libvirt would infer a fourth controller, so the address is said.
 */
export const seedDisk = (path: string, taken: readonly (string | undefined)[]): Disk => ({
  type: "file",
  device: "cdrom",
  driver: { name: "qemu", type: "raw" },
  source: { file: path },
  target: { dev: ["sdz", "sdy", "sdx"].find((name) => !taken.includes(name)) ?? "sdz", bus: "scsi" },
  readonly: true,
  alias: seedAlias,
  address: { type: "drive", controller: "0", bus: "0", target: "100", unit: "0" },
});
