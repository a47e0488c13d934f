/** What became of a machine since our last write, told in the program's own inputs. Pure. */
import { resources } from "../../model";
import type { Bag, Value } from "../../plugin/resource";
import { drifted } from "../drift";
import { effective } from "../inputs";
import type { Loose } from "../values";
import { contract } from "./expand";
import type { Power } from "./powerState";

const Domain = resources.Domain.inputs;

export interface Today {
  /** Without the snapshots over its disks: they are nobody's wish for another image. */
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
  const now = contract(today, wanted);
  return drifted(Domain, inputs, was as never, now as never, sameLibvirt);
}
