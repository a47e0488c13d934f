/** The reference for users: each resource's and function's properties, and how a change of each lands. */
import { type Element, type Field, type Shape, typeName } from "../../provider/src/vocabulary";
import type { Declarations, Declared } from "./package";
import { describe } from "./types";

export function reference({ resources, functions, configuration }: Declarations): string {
  const sections = [
    "# Resources and functions",
    "Written by `make schema` from the declarations in `provider/src/model`; do not edit. Nested types are in the SDKs, and in your editor.",
    "## Configuration",
    table(configuration, false),
    ...Object.entries(resources).flatMap(([name, of]) => section(name, of, "Outputs", true)),
    ...Object.entries(functions).flatMap(([name, of]) => section(name, of, "Result", false)),
  ];
  return `${sections.join("\n\n")}\n`;
}

function section(name: string, { doc, inputs, outputs }: Declared, result: string, lands: boolean): string[] {
  return [`## kvm:${name}`, doc, table(inputs, lands), `${result}:`, table(outputs, false)];
}

function table(of: Element<Shape>, lands: boolean): string {
  const shown = Object.entries(of.shape).filter(([, { facts }]) => !facts.reported);
  const head = ["property", "type", ...(lands ? ["a change"] : []), "meaning"];
  const rows = shown.map(([key, field]) => [
    `\`${key}\``,
    kind(field),
    ...(lands ? [VERBS[field.facts.lands ?? of.facts.lands ?? "boot"] ?? "as its parts say"] : []),
    describe(field).replaceAll("|", "\\|"),
  ]);
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function kind({ place, many, table: named }: Field<unknown>): string {
  const one =
    "of" in place ? typeName(place.of()) : place.at === "mark" || place.at === "here" ? "boolean" : place.type.pulumi;
  return named ? `${one} by name` : many ? `list of ${one}` : one;
}

/** How a change lands, in the user's words. */
const VERBS: Readonly<Record<string, string>> = {
  boot: "at the next cold start",
  replace: "replaces",
  define: "at once",
  plug: "hot-plugged",
  update: "live",
  media: "live, in the drive",
  setMemory: "live, up to `maxMemory`",
  setVcpus: "live, up to `maxVcpus`",
  setMetadata: "live",
  autostart: "at once",
  power: "at once",
  seed: "live, in the drive",
  resize: "live, upwards",
  netUpdate: "live",
  netRestart: "restarts the network",
  never: "refused",
  none: "from now on",
};
