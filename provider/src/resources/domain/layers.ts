/** What lies under a disk image where libvirt's XML of the machine does not say it: that of a stopped machine knows no backing chain. */
import { dirname } from "node:path/posix";
import type { Host, Limits } from "../../host/host";
import { type Node, parse } from "../../xml";
import { maybe, unless } from "../maybe";
import { snapshotsOf } from "../snapshots";

/** An image, and the one that a snapshot put it over. */
export interface Layer {
  readonly target: string;
  readonly over: string;
  readonly under: string;
}

const child = (at: Node | undefined, name: string): Node | undefined => at?.children.find((one) => one.name === name);
const disks = (at: Node | undefined): readonly Node[] => (at?.children ?? []).filter(({ name }) => name === "disk");
const pathOf = (disk: Node | undefined): string | undefined => {
  const { file, dev } = child(disk, "source")?.attrs ?? {};
  return file ?? dev;
};

/** By the snapshots of which libvirt keeps a record: each has the machine as it was before. */
export async function recorded(
  host: Host,
  dom: { readonly uuid: string; readonly name: string },
  limits: Limits,
): Promise<Layer[]> {
  return (await snapshotsOf(host, dom, limits)).flatMap(({ tree }) => layersOf(tree));
}
/** Of the XML of a snapshot. */
function layersOf(snapshot: Node): Layer[] {
  const machine = child(snapshot, "inactiveDomain") ?? child(snapshot, "domain");
  const before = disks(child(machine, "devices"));
  return disks(child(snapshot, "disks")).flatMap((disk) => {
    const target = disk.attrs["name"] ?? "";
    const was = before.find((one) => child(one, "target")?.attrs["dev"] === target);
    const [over, under] = [pathOf(disk), pathOf(was)];
    return disk.attrs["snapshot"] === "external" && over && under ? [{ target, over, under }] : [];
  });
}

/** By the storage driver, which reads what an image says of itself. */
export async function backingOf(host: Host, path: string, limits: Limits): Promise<string | undefined> {
  const look = async () => (await maybe(host.call("storageVolLookupByPath", { path }, limits)))?.vol;
  const vol = (await look()) ?? ((await lookedAgain(host, dirname(path), limits)) ? await look() : undefined);
  if (!vol) return undefined;
  const found = await unless(["missing", "refused"], host.call("storageVolGetXmlDesc", { vol }, limits));
  return found && child(child(parse(found.xml), "backingStore"), "path")?.text;
}
/** A file that somebody else put into a pool's directory is in the pool once that has looked again. Who may only read cannot ask for it. */
async function lookedAgain(host: Host, path: string, limits: Limits): Promise<boolean> {
  const nothing = ["missing", "denied", "refused", "busy", "unsupported"];
  const refresh = async (): Promise<true> => {
    const { pool } = await host.call("storagePoolLookupByTargetPath", { path }, limits);
    await host.call("storagePoolRefresh", { pool }, limits);
    return true;
  };
  return (await unless(nothing, refresh())) ?? false;
}
