/** What kinds of pools a host can have: only read. */
import { attr, child, element, leaf, list, sole, text, yesNo } from "../vocabulary";

const Enum = element(
  "enum",
  "A property and what it may be.",
  {
    name: attr(text, "The property: `sourceFormatType`, `targetFormatType`, `required_source_elements`."),
    values: list(leaf(text, "What it may be.", { as: "value" })),
  },
  { named: "PoolCapabilityEnum" },
);
const options = (name: string, type: string, doc: string) =>
  child(
    element(
      name,
      doc,
      {
        defaultFormat: sole("type", text, "The format if none is said."),
        enums: list(child(Enum), (e) => e.name),
      },
      { named: type },
    ),
  );
const PoolType = element(
  "pool",
  "A kind of pool.",
  {
    type: attr(text, "Its name, as `type` of a pool."),
    supported: attr(yesNo, "Whether the host has what it needs."),
    poolOptions: options("poolOptions", "PoolCapabilityPoolOptions", "What can be said of such a pool."),
    volOptions: options("volOptions", "PoolCapabilityVolumeOptions", "What can be said of its volumes."),
  },
  { named: "PoolCapability" },
);
export const PoolCapabilities = element(
  "storagepoolCapabilities",
  "What kinds of pools a host can have.",
  { pools: list(child(PoolType), (p) => p.type) },
  { named: "PoolCapabilities", since: "5.2.0" },
);
