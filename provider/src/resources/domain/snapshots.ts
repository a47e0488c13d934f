/** Disks that write to a snapshot over the image that the program names: whoever made it takes it back, we never do. */
import type { Host, Limits } from "../../host/host";
import { print } from "../../xml";
import { backingOf, type Layer, recorded } from "./layers";
import { liveXml } from "./libvirt";
import { reading, writing } from "./render";
import { isLoose, items, type Loose, textAt } from "./values";

interface Machine {
  readonly uuid: string;
  readonly name: string;
}
/** What is under an image, where somebody knows. */
type Under = (target: string, path: string) => Promise<string | undefined>;

const pathOf = (disk: Loose | undefined): string | undefined =>
  textAt(disk, "source", "file") ?? textAt(disk, "source", "dev");
const targetOf = (disk: Loose): string => textAt(disk, "target", "dev") ?? "";
const twin = (disk: Loose, among: Loose): Loose | undefined =>
  items(among, "disks").find((old) => targetOf(old) === targetOf(disk));
/** More than these no image has under it: a chain that goes in a circle must end. */
const deepest = 64;

/** The targets of today's disks whose chain holds the image that they had `before`. Nobody is asked where no disk moved. */
export async function snapshotted(
  host: Host,
  machine: Machine,
  { today, before }: { readonly today: Loose; readonly before: Loose },
  limits: Limits,
): Promise<ReadonlySet<string>> {
  const moved = items(today, "disks").filter((disk) => {
    const [was, is] = [pathOf(twin(disk, before)), pathOf(disk)];
    return was !== undefined && is !== undefined && was !== is;
  });
  if (moved.length === 0) return new Set();
  const under = await knowledge(host, machine, limits);
  const covered = await Promise.all(
    moved.map(async (disk) => ((await reaches(under, disk, pathOf(twin(disk, before)))) ? [targetOf(disk)] : [])),
  );
  return new Set(covered.flat());
}

async function reaches(under: Under, disk: Loose, wanted: string | undefined): Promise<boolean> {
  let path = pathOf(disk);
  for (let depth = 0; path !== undefined && depth < deepest; depth++) {
    path = await under(targetOf(disk), path);
    if (path === wanted) return true;
  }
  return false;
}

/** A running machine's chains stand in its XML; of a stopped one the snapshots tell, else the images themselves. */
async function knowledge(host: Host, { uuid, name }: Machine, limits: Limits): Promise<Under> {
  const [live, records] = await Promise.all([
    liveXml(host, uuid, name, limits).then(reading),
    recorded(host, { uuid, name }, limits),
  ]);
  const layers = [...items(live, "disks").flatMap(layersOf), ...records];
  return async (target, path) =>
    layers.find((layer) => layer.target === target && layer.over === path)?.under ?? backingOf(host, path, limits);
}
function layersOf(disk: Loose): Layer[] {
  const layers: Layer[] = [];
  for (let at: unknown = disk; isLoose(at); ) {
    const [over, next]: [string | undefined, unknown] = [pathOf(at), at["backingStore"]];
    const under = isLoose(next) ? pathOf(next) : undefined;
    if (over !== undefined && under !== undefined) layers.push({ target: targetOf(disk), over, under });
    at = next;
  }
  return layers;
}

/** Today's machine without these snapshots: its disks have the images of `before`, and all else as it is. */
export function uncovered(today: Loose, before: Loose, covered: ReadonlySet<string>): Loose {
  if (covered.size === 0) return today;
  const disks = items(today, "disks").map((disk) => {
    const was = twin(disk, before);
    return was && covered.has(targetOf(disk)) ? over(disk, was) : disk;
  });
  return { ...today, disks };
}
function over(disk: Loose, { type, source, backingStore, driver }: Loose): Loose {
  const format = isLoose(driver) ? driver["type"] : undefined;
  return { ...disk, type, source, backingStore, driver: { ...(disk["driver"] as Loose | undefined), type: format } };
}

/** The persistent XML with the images that it had `before` the snapshots: what goes into the baseline. */
export const uncoveredXml = (xml: string, before: Loose, covered: ReadonlySet<string>): string =>
  covered.size === 0 ? xml : print(writing(uncovered(reading(xml), before, covered)));

/** Those of the snapshots over which an update did not lay another image. */
export const stillCovered = (covered: ReadonlySet<string>, was: Loose, is: Loose): ReadonlySet<string> =>
  new Set(
    items(is, "disks")
      .flatMap((disk) => (pathOf(disk) === pathOf(twin(disk, was)) ? [targetOf(disk)] : []))
      .filter((target) => covered.has(target)),
  );
