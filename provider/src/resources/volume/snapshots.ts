/** Files that a snapshot needs: of a stopped domain nothing else names those under its disk, and no other disk those to go back to. */
import { asFailure } from "../../failure";
import type { Host } from "../../host/host";
import type { Results } from "../../libvirt";
import { type Node, parse } from "../../xml";

/** `virConnectListAllDomainsFlags`. */
const withSnapshots = 4096;

export interface Snapshotted {
  /** `snapshot before-upgrade of domain web` */
  readonly words: string;
  /** Paths, and `pool/volume` where a domain names it so. */
  readonly files: readonly string[];
}

export async function snapshotsOn(host: Host): Promise<Snapshotted[]> {
  const { domains } = await host
    .call("connectListAllDomains", { flags: withSnapshots })
    .catch(nothing(["unsupported", "invalid"], { domains: [] }));
  const found = await Promise.all(domains.map((domain) => ofDomain(host, domain)));
  return found.flat();
}

async function ofDomain(
  host: Host,
  domain: Results<"connectListAllDomains">["domains"][number],
): Promise<Snapshotted[]> {
  const { snapshots } = await host
    .call("domainListAllSnapshots", { dom: domain }, { object: `domain ${domain.name}` })
    .catch(nothing(["missing", "unsupported"], { snapshots: [] }));
  const found = await Promise.all(
    snapshots.map(async (snap) => {
      const words = `snapshot ${snap.name} of domain ${domain.name}`;
      const { xml } = await host
        .call("domainSnapshotGetXmlDesc", { snap }, { object: words })
        .catch(nothing(["missing"], { xml: "<domainsnapshot/>" }));
      return { words, files: filesIn(parse(xml)) };
    }),
  );
  return found;
}
/** It went between the list and the look, or this driver has no snapshots. Every other failure leaves unknown what is needed. */
const nothing =
  <T>(codes: readonly string[], none: T) =>
  (error: unknown): T => {
    if (!codes.includes(asFailure(error).code)) throw error;
    return none;
  };

/** Sources of the disks that it saved and of those that it made, and the file of its memory. */
export function filesIn({ name, attrs, children }: Node): string[] {
  const { file, dev, pool, volume } = attrs;
  const named = name === "source" || name === "memory";
  const path = named ? (file ?? dev ?? (pool && volume ? `${pool}/${volume}` : undefined)) : undefined;
  return [...(path === undefined ? [] : [path]), ...children.flatMap(filesIn)];
}
