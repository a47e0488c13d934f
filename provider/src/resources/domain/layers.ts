/** What lies under a disk image by the snapshots of which libvirt keeps a record: each has the machine as it was before. */
import type { Host, Limits } from "../../host/host";
import { child, type Node } from "../../xml";
import { snapshotsOf } from "../snapshots";
import type { Image } from "./backing";

/** The path of an image, and the one that a snapshot put it over. */
export interface Layer {
  readonly target: string;
  readonly over: string;
  readonly under: Image;
}

const disks = (at: Node | undefined): readonly Node[] => (at?.children ?? []).filter(({ name }) => name === "disk");
const pathOf = (disk: Node | undefined): string | undefined => {
  const { file, dev } = child(disk, "source")?.attrs ?? {};
  return file ?? dev;
};

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
    const [over, path] = [pathOf(disk), pathOf(was)];
    const under = path && { path, format: child(was, "driver")?.attrs["type"] };
    return disk.attrs["snapshot"] === "external" && over && under ? [{ target, over, under }] : [];
  });
}
