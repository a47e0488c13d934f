/** Files that a snapshot needs: of a stopped domain nothing else names those under its disk, and no other disk those to go back to. */
import type { Host } from "../../host/host";
import type { Node } from "../../xml";
import { unless } from "../maybe";
import { snapshotsOf } from "../snapshots";

/** `virConnectListAllDomainsFlags`. */
const withSnapshots = 4096;

export interface Snapshotted {
  /** `snapshot before-upgrade of domain web` */
  readonly words: string;
  /** Paths, and `pool/volume` where a domain names it so. */
  readonly files: readonly string[];
}

export async function snapshotsOn(host: Host): Promise<Snapshotted[]> {
  const flags = withSnapshots;
  const listed = await unless(["unsupported", "invalid"], host.call("connectListAllDomains", { flags }));
  const found = await Promise.all((listed?.domains ?? []).map((domain) => snapshotsOf(host, domain, {})));
  return found.flat().map(({ words, tree }) => ({ words, files: filesIn(tree) }));
}

/** Sources of the disks that it saved and of those that it made, and the file of its memory. */
export function filesIn({ name, attrs, children }: Node): string[] {
  const { file, dev, pool, volume } = attrs;
  const named = name === "source" || name === "memory";
  const path = named ? (file ?? dev ?? (pool && volume ? `${pool}/${volume}` : undefined)) : undefined;
  return [...(path === undefined ? [] : [path]), ...children.flatMap(filesIn)];
}
