/** Disks that write to a snapshot over the image that the program names: whoever made it takes it back, we never do. */
import { basename, normalize } from "node:path/posix";
import type { Host, Limits } from "../../host/host";
import { print } from "../../xml";
import { at, isLoose, items, type Loose, textAt } from "../values";
import { type Below, belowOf, type Image } from "./backing";
import { type Layer, recorded } from "./layers";
import { liveXml } from "./libvirt";
import { reading, writing } from "./render";

interface Machine {
  readonly uuid: string;
  readonly name: string;
}
type Under = (target: string, image: Image) => Promise<Below>;

/** What became of the disks that write elsewhere than before, by their targets. */
export interface Moved {
  /** They write to what lies over the image of before. */
  readonly covered: ReadonlySet<string>;
  /** They may: why nobody can tell. */
  readonly unread: ReadonlyMap<string, string>;
}
export const unmoved: Moved = { covered: new Set(), unread: new Map() };
/** What of them the baseline does not follow: it has the images of before until the program names others. */
export const elsewhere = ({ covered, unread }: Moved): ReadonlySet<string> => new Set([...covered, ...unread.keys()]);

const pathOf = (disk: Loose | undefined): string | undefined =>
  textAt(disk, "source", "file") ?? textAt(disk, "source", "dev");
/** Where a disk's data are, a path or not; undefined of an empty drive. */
export const placeOf = (disk: Loose | undefined): string | undefined => {
  const [name, ...of] = ["volume", "name", "pool", "protocol"].map((word) => textAt(disk, "source", word));
  return pathOf(disk) ?? (name === undefined ? undefined : [...of.flatMap((one) => one ?? []), name].join(":"));
};
export const targetOf = (disk: Loose): string => textAt(disk, "target", "dev") ?? "";
export const twin = (disk: Loose, among: Loose): Loose | undefined =>
  items(among, "disks").find((old) => targetOf(old) === targetOf(disk));
const formatOf = (layer: Loose): string | undefined =>
  textAt(layer, "driver", "type") ?? textAt(layer, "format", "type");
/** More than these no image has under it: a chain that goes in a circle must end. */
const deepest = 64;

/** Of today's disks those that had another image `before`. Nobody is asked where no disk moved. */
export async function moved(
  host: Host,
  machine: Machine,
  { today, before }: { readonly today: Loose; readonly before: Loose },
  limits: Limits,
): Promise<Moved> {
  const disks = items(today, "disks").flatMap((disk) => {
    const was = twin(disk, before);
    const [then, now] = [placeOf(was), placeOf(disk)];
    return then !== undefined && now !== undefined && then !== now ? [{ disk, was }] : [];
  });
  if (disks.length === 0) return unmoved;
  const under = await knowledge(host, machine, limits);
  const found = await Promise.all(
    disks.map(async ({ disk, was }) => [targetOf(disk), await liesOver(under, disk, pathOf(was))] as const),
  );
  return {
    covered: new Set(found.flatMap(([target, over]) => (over === true ? [target] : []))),
    unread: new Map(found.flatMap(([target, over]) => (typeof over === "string" ? [[target, over]] : []))),
  };
}

/** Whether the wanted image is in the disk's chain, or why nobody can tell. */
async function liesOver(under: Under, disk: Loose, wanted: string | undefined): Promise<boolean | string> {
  const [path, format] = [pathOf(disk), formatOf(disk)];
  if (format === "raw") return false;
  if (path === undefined) return `what ${placeOf(disk)} lies over cannot be read`;
  let image: Image = { path, format };
  for (let depth = 0; depth < deepest; depth++) {
    const below = await under(targetOf(disk), image);
    if ("unread" in below) return below.unread;
    if (below.image === undefined) return false;
    const lower = normalize(below.image.path);
    if (wanted !== undefined && lower === normalize(wanted)) return true;
    // By a link, a file has the same name in another folder.
    if (wanted === undefined || basename(lower) === basename(wanted))
      return `${image.path} lies over ${lower}, which may be the same`;
    image = { ...below.image, path: lower };
  }
  return `${path} lies over more than ${deepest} images`;
}

/** A running machine's chains stand in its XML; of a stopped one the snapshots tell, else the images themselves. */
async function knowledge(host: Host, { uuid, name }: Machine, limits: Limits): Promise<Under> {
  const [live, records] = await Promise.all([
    liveXml(host, uuid, name, limits).then(reading),
    recorded(host, { uuid, name }, limits),
  ]);
  const layers = [...items(live, "disks").flatMap(chainOf), ...records];
  return async (target, image) => {
    const known = layers.find((layer) => layer.target === target && layer.over === image.path);
    return known ? { image: known.under } : belowOf(host, image, limits);
  };
}
function chainOf(disk: Loose): Layer[] {
  const layers: Layer[] = [];
  for (let layer: unknown = disk; isLoose(layer); ) {
    const [over, next]: [string | undefined, unknown] = [pathOf(layer), at(layer, "backingStore")];
    const under = isLoose(next) ? pathOf(next) : undefined;
    if (over !== undefined && under !== undefined && isLoose(next))
      layers.push({ target: targetOf(disk), over, under: { path: under, format: formatOf(next) } });
    layer = next;
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

/** Those of them on which the machine still writes to the same, though the program names another image. */
export const stillMoved = (targets: ReadonlySet<string>, { was, is, said }: Record<"was" | "is" | "said", Loose>) =>
  new Set(
    items(is, "disks").flatMap((disk) => {
      const now = placeOf(disk);
      const stays = now === placeOf(twin(disk, was)) && now !== placeOf(twin(disk, said));
      return stays && targets.has(targetOf(disk)) ? [targetOf(disk)] : [];
    }),
  );
