/** A project whose program stands in `Pulumi.yaml`, as a value. */
import type { Value } from "../../plugin/resource";
import type { Program } from ".";
import { escaped } from "./interpolation";

export const project = ({ name, token, inputs }: Program): object => ({
  name: name.replace(/[^\w.-]+/g, "-").slice(0, 100) || "project",
  runtime: "yaml",
  resources: { [name]: { type: token.replace(":index:", ":"), properties: expressed(inputs as Value) } },
});

function expressed(value: Value): Value {
  if (typeof value === "string") return escaped(value);
  if (Array.isArray(value)) return value.map(expressed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, expressed(one as Value)])) as Value;
}
