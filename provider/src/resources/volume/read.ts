/** A volume as it is on its host: for state, refresh and import. */
import { resources } from "../../model";
import type { Bag, Properties } from "../../plugin/resource";
import { bytes } from "../../vocabulary";
import { type Node, print } from "../../xml";
import { baselineOf, imported, wanted, written } from "../look";
import { hidden } from "../state";
import { contentsOf, lasting, steady } from "./document";
import { idOf, type Volume } from "./id";
import type { Wanted } from "./mark";
import { sourceOf } from "./source";
import type { Whereabouts } from "./whereabouts";

const declaration = resources.Volume.inputs;

/** What of a volume is compared and kept. */
export const steadyXml = (xml: Node): string => print(steady(xml));

export function outputs(volume: Volume, xml: Node, at: Whereabouts): Properties {
  const { path, capacity, format } = contentsOf(xml);
  return {
    values: {
      pool: volume.pool,
      name: volume.name,
      path,
      capacity: String(capacity),
      format,
      host: at.host,
      [hidden.host]: at.uuid,
      ...baselineOf(steadyXml(xml), at.libvirt),
    },
    secrets: [[hidden.baseline]],
  };
}

/** Inputs of a volume that no program has said yet; `backing` is the id of what it is based on, where that is a volume. */
export function importedInputs(volume: Volume, xml: Node, backing: Volume | undefined): Bag {
  const { backing: on } = contentsOf(xml);
  return {
    ...imported(declaration, lasting(xml)),
    pool: volume.pool,
    name: volume.name,
    ...(backing ? { backing: { volume: idOf(backing) } } : on ? { backingStore: on } : {}),
  };
}

/** What the inputs, all known now, come to. */
export function wantedOf(inputs: Bag): Wanted {
  const value = wanted(declaration, inputs) as Bag;
  const { name, pool, capacity, format, backing } = value;
  return {
    name: String(name),
    pool: String(pool),
    declared: written(declaration, wanted(declaration, inputs), inputs),
    capacity: typeof capacity === "string" ? bytes(capacity) : undefined,
    format: typeof format === "string" ? format : undefined,
    backing: typeof backing === "object" && backing !== null ? String((backing as Bag)["volume"]) : undefined,
    source: sourceOf(value),
  };
}
