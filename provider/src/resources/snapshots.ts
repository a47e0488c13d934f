/** The snapshots of a machine of which libvirt keeps a record. */
import type { Host, Limits } from "../host/host";
import { type Node, parse } from "../xml";
import { maybe, unless } from "./maybe";

export interface Snapshot {
  /** `snapshot before-upgrade of domain web` */
  readonly words: string;
  readonly tree: Node;
}

/** None of a machine that went meanwhile, nor where the driver has no snapshots. */
export async function snapshotsOf(
  host: Host,
  dom: { readonly uuid: string; readonly name: string },
  limits: Limits,
): Promise<Snapshot[]> {
  const about = { object: `domain ${dom.name}`, ...limits };
  const listed = await unless(["missing", "unsupported"], host.call("domainListAllSnapshots", { dom }, about));
  const found = await Promise.all(
    (listed?.snapshots ?? []).map(async (snap) => {
      const words = `snapshot ${snap.name} of domain ${dom.name}`;
      const told = await maybe(host.call("domainSnapshotGetXmlDesc", { snap }, { ...about, object: words }));
      return told ? [{ words, tree: parse(told.xml) }] : [];
    }),
  );
  return found.flat();
}
