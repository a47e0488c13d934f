/** The disc of cloud-init from one update to the next: written, put into the drive, and taken away when it is no more wanted. */
import { asFailure } from "../../failure";
import type { Context } from "../context";
import { fingerprint, isLoose, items, type Loose, textAt } from "../values";
import type { Task } from "./bring";
import { liveXml, persistentXml } from "./libvirt";
import { reading } from "./render";
import { type Disc, dropSeed, dropStale, isSeed, type Seed } from "./seed";
import { seedOf } from "./state";
import { updateDevice } from "./steps/plug";

/** The path of the disc in the drive. */
const inDrive = (value: Loose): string | undefined => textAt(items(value, "disks").find(isSeed), "source", "file");

/** The discs of cloud-init: what is in the drive, and what shall be, by a stand-in until it is written. The same content is not written again. */
export function seedsOf({ was, want, request }: Task, today: Loose) {
  const there = inDrive(today);
  const old = seedOf(request.oldOutputs.values);
  const content = ({ cloudInit }: Loose): string =>
    isLoose(cloudInit) ? fingerprint({ ...cloudInit, onChange: undefined }) : "";
  const before = isLoose(was["cloudInit"]) ? there : undefined;
  if (!isLoose(want["cloudInit"])) return { was: before, want: undefined, writes: false, old };
  const same = there !== undefined && content(was) === content(want);
  return { was: before, want: same ? there : "seed.iso", writes: !same, old };
}

/** A disc that was written for a change that did not come about. */
export async function dropUnused({ host, uuid, name }: Task, made: Seed): Promise<void> {
  if (!made.fresh) return;
  const xml = await persistentXml(host, uuid, name, {}).catch(() => undefined);
  if (xml !== undefined && inDrive(reading(xml)) !== made.path) await dropSeed(host, made).catch(() => undefined);
}

interface Discs {
  /** The one that was written for this update. */
  readonly made: Seed | undefined;
  readonly seeds: ReturnType<typeof seedsOf>;
  /** The old one stays: something failed. */
  readonly keeps: boolean;
}
/** The disc that goes with the machine from now on. */
export async function changedDisc(
  context: Context,
  task: Task,
  { made, seeds, keeps }: Discs,
): Promise<Disc | undefined> {
  const { old, want } = seeds;
  const kept = made ?? (want === undefined ? undefined : old);
  const stale = old?.volume !== kept?.volume && !keeps ? old : undefined;
  const gone = stale !== undefined && (await cleared(context, task, stale, kept));
  return kept ?? (gone ? undefined : old);
}

/**
 * Takes the disc away that is no longer wanted, and what runs that were killed left beside it; a drive in which it still is gives it out
 * before. False where it does not: then the disc stays.
 */
async function cleared(context: Context, task: Task, old: Disc, kept: Disc | undefined): Promise<boolean> {
  const { run, host, limits, uuid, name } = task;
  const drive = async () => items(reading(await liveXml(host, uuid, name, limits)), "disks").find(isSeed);
  try {
    const held = await drive();
    if (kept === undefined && held?.["source"] !== undefined) {
      const { source: _, backingStore: __, ...empty } = held;
      await updateDevice(run, host, task, { list: "disks", device: empty });
    }
    const inUse = volumeIn(await drive());
    const keep = [kept?.volume, inUse].flatMap((volume) => volume ?? []);
    if (!keep.includes(old.volume)) await dropSeed(host, old, limits);
    await dropStale(host, { ...old, uuid, name, owner: context.owner() }, keep, limits);
    return !keep.includes(old.volume);
  } catch (thrown) {
    run.log.warn(asFailure(thrown).in({ object: `domain ${name}`, host: host.name }).message);
    return false;
  }
}
const volumeIn = (drive: Loose | undefined): string | undefined => textAt(drive, "source", "file")?.split("/").at(-1);
