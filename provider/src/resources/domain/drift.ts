/** What became of a machine since our last write, told in the program's own inputs. Pure. */
import { resources } from "../../model";
import type { Bag, Value } from "../../plugin/resource";
import { drifted } from "../drift";
import { effective } from "../inputs";
import { contract } from "./expand";
import type { Power } from "./powerState";
import { isLoose, items, type Loose, textAt } from "./values";

const Domain = resources.Domain.inputs;

export interface Today {
  readonly value: Loose;
  readonly power: Power;
  readonly autostart: boolean;
}

/** `sameLibvirt`: whether the libvirt that writes today is the one that wrote the baseline. */
export function driftedInputs(inputs: Bag, before: Loose | undefined, today: Today, sameLibvirt: boolean): Bag {
  const wanted = effective(Domain, inputs) as Loose;
  const xml = before ? persistentDrift(inputs, wanted, before, today.value, sameLibvirt) : inputs;
  const changed: Record<string, Value> = {};
  const { state, byLibvirt } = today.power;
  // A pause that libvirt made (an I/O error, a migration) is not what anybody wanted otherwise.
  const meant = state !== "paused" || !byLibvirt;
  if (meant && (wanted["powerState"] ?? "running") !== state) changed["powerState"] = state;
  if ((wanted["autostart"] === true) !== today.autostart) changed["autostart"] = today.autostart;
  return Object.keys(changed).length > 0 ? { ...xml, ...changed } : xml;
}

function persistentDrift(inputs: Bag, wanted: Loose, before: Loose, today: Loose, sameLibvirt: boolean): Bag {
  const was = contract(before, wanted);
  const now = contract(withoutSnapshots(today, before), wanted);
  return drifted(Domain, inputs, was as never, now as never, sameLibvirt);
}

/** Files under this image, as far as libvirt wrote them down. */
function* chain(disk: Loose): Generator<string> {
  let under = disk["backingStore"];
  while (isLoose(under)) {
    const path = textAt(under, "source", "file") ?? textAt(under, "source", "dev");
    if (path !== undefined) yield path;
    under = under["backingStore"];
  }
}
const pathOf = (disk: Loose | undefined): string | undefined =>
  textAt(disk, "source", "file") ?? textAt(disk, "source", "dev");

/** Disks whose image became the base of another one: a snapshot's, which only whoever made it may take back. */
export function snapshotted(today: Loose, before: Loose): Loose[] {
  return items(today, "disks").filter((disk) => {
    const wanted = pathOf(twin(disk, before));
    return wanted !== undefined && wanted !== pathOf(disk) && [...chain(disk)].includes(wanted);
  });
}
const twin = (disk: Loose, before: Loose): Loose | undefined =>
  items(before, "disks").find((old) => textAt(old, "target", "dev") === textAt(disk, "target", "dev"));

function withoutSnapshots(today: Loose, before: Loose): Loose {
  const covered = snapshotted(today, before);
  if (covered.length === 0) return today;
  const disks = items(today, "disks").map((disk) => (covered.includes(disk) ? (twin(disk, before) ?? disk) : disk));
  return { ...today, disks };
}
