/** Whether libvirt knows what the model declares: its RNG schemas are installed with it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Element, Shape } from "../vocabulary";
import { type Node, parse } from "../xml";
import { Domain, Network, Pool, Volume } from ".";

const folder = "/usr/share/libvirt/schemas";
const installed = existsSync(folder);
/** What the installed schemas do not have yet. */
const [major = 0, minor = 0] = [9, 0];
const isNewer = (since = "0.0.0"): boolean => {
  const [a = 0, b = 0] = since.split(".").map(Number);
  return a > major || (a === major && b > minor);
};

/** For each element's name, the names of attributes (with @) and elements that any schema allows right inside. */
function allowed(): Map<string, Set<string>> {
  const defines = new Map<string, Node[]>();
  const grammars = readdirSync(folder)
    .filter((f) => f.endsWith(".rng"))
    .map((f) => parse(readFileSync(join(folder, f), "utf8")));
  const local = (n: Node): string => n.name.replace(/^\{.*\}/, "");
  const collect = (n: Node): void => {
    if (local(n) === "define") defines.set(n.attrs["name"] ?? "", [...(defines.get(n.attrs["name"] ?? "") ?? []), n]);
    n.children.forEach(collect);
  };
  grammars.forEach(collect);
  const out = new Map<string, Set<string>>();
  const names = (n: Node): string[] =>
    n.attrs["name"] !== undefined
      ? [n.attrs["name"]]
      : n.children
          .filter((c) => ["name", "choice"].includes(local(c)))
          .flatMap((c) => (local(c) === "name" ? [c.text] : names(c)));
  const fill = (n: Node, into: Set<string>, seen: Set<string>): void => {
    for (const c of n.children) {
      if (local(c) === "attribute") for (const name of names(c)) into.add(`@${name}`);
      else if (local(c) === "element") for (const name of names(c)) into.add(name);
      else if (local(c) === "ref") {
        const name = c.attrs["name"] ?? "";
        if (seen.has(name)) continue;
        seen.add(name);
        for (const d of defines.get(name) ?? []) fill(d, into, seen);
      } else fill(c, into, seen);
    }
  };
  const walk = (n: Node): void => {
    if (local(n) === "element")
      for (const name of names(n)) {
        const into = out.get(name) ?? new Set();
        out.set(name, into);
        fill(n, into, new Set());
      }
    n.children.forEach(walk);
  };
  grammars.forEach(walk);
  return out;
}

/** Every place in the XML that a declaration reaches and no schema allows. */
function strangers(
  element: Element<Shape>,
  schema: Map<string, Set<string>>,
  seen = new Set<Shape>(),
  name = element.name,
): string[] {
  if (seen.has(element.shape)) return [];
  seen.add(element.shape);
  const bare = (n: string): string => n.replace(/^\{.*\}/, "");
  return Object.entries(element.shape).flatMap(([key, { place, facts, inside, own }]) => {
    if (
      own ||
      place.at === "short" ||
      place.at === "shortOf" ||
      place.at === "foreign" ||
      place.at === "own" ||
      isNewer(facts.since)
    )
      return [];
    const path = [name, ...inside].map(bare);
    const holder = path.at(-1) ?? "";
    const xml = bare(facts.as ?? key);
    const has = (outer: string, inner: string): boolean => schema.get(outer)?.has(inner) ?? false;
    const lost = (...steps: [string, string][]): string[] =>
      steps
        .filter(([outer, inner]) => !has(outer, inner))
        .map(([outer, inner]) => `${element.name}.${key}: <${outer}> has no ${inner}`);
    const around = path.slice(1).map((step, i): [string, string] => [path[i] ?? "", step]);
    if (place.at === "body") return lost(...around);
    if (place.at === "attr") return lost(...around, [holder, `@${xml}`]);
    if (place.at === "sole") return lost(...around, [holder, xml], [xml, `@${place.attr}`]);
    if (place.at === "child") return [...lost(...around, [holder, xml]), ...strangers(place.of(), schema, seen, xml)];
    return lost(...around, [holder, xml]);
  });
}

(installed ? test : test.skip).each([
  ["domain", Domain],
  ["volume", Volume],
  ["pool", Pool],
  ["network", Network],
])("every place that %s declares is one that libvirt's schema allows", (_, element) => {
  const forgotten = ["smartcard.alias: <smartcard> has no alias"]; // libvirt reads it all the same
  expect(strangers(element as Element<Shape>, allowed()).filter((s) => !forgotten.includes(s))).toEqual([]);
});
