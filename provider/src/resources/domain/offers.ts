/** What a domain wants and its host cannot give, by the host's own lists. Pure. */
import { resources } from "../../model";
import type { Bag, CheckFailure, Path } from "../../plugin/resource";
import { check, type Dialect } from "../../vocabulary";
import type { Node } from "../../xml";
import { withoutHidden } from "../inputs";
import { isLoose, type Loose } from "../values";

/** What the host's libvirt does not know, of what the program says. */
export const unspoken = (said: Bag, dialect: Dialect): CheckFailure[] => {
  const declaration = resources.Domain.inputs;
  const values = withoutHidden(said);
  const anywhere = new Set(check(declaration, values).map(fingerprint));
  return check(declaration, values, dialect)
    .filter((fault) => !anywhere.has(fingerprint(fault)))
    .map(({ path, reason }) => ({ property: path, reason }));
};
const fingerprint = ({ path, reason }: { path: Path; reason: string }): string => JSON.stringify([path, reason]);

/** A property, and the list of the domain capabilities that says which words it may be on this host. */
interface Offer {
  /** `*` stands for each item of a list. */
  readonly property: readonly string[];
  /** The element of the capabilities, and the name of its `<enum>`. */
  readonly of: readonly string[];
  readonly list: string;
  /** What brings a word that is not there. */
  readonly remedy?: Readonly<Record<string, string>>;
}
const swtpm = { emulator: "install swtpm on the host" };
const ovmf = { efi: "install the firmware on the host (OVMF, AAVMF)" };
const offers: readonly Offer[] = [
  { property: ["os", "firmware"], of: ["os"], list: "firmware", remedy: ovmf },
  { property: ["os", "loader", "type"], of: ["os", "loader"], list: "type" },
  { property: ["disks", "*", "device"], of: ["devices", "disk"], list: "diskDevice" },
  { property: ["disks", "*", "target", "bus"], of: ["devices", "disk"], list: "bus" },
  { property: ["disks", "*", "model"], of: ["devices", "disk"], list: "model" },
  { property: ["graphics", "*", "type"], of: ["devices", "graphics"], list: "type" },
  { property: ["videos", "*", "model", "type"], of: ["devices", "video"], list: "modelType" },
  { property: ["rngs", "*", "model"], of: ["devices", "rng"], list: "model" },
  { property: ["rngs", "*", "backend", "model"], of: ["devices", "rng"], list: "backendModel" },
  { property: ["tpms", "*", "model"], of: ["devices", "tpm"], list: "model" },
  { property: ["tpms", "*", "backend", "type"], of: ["devices", "tpm"], list: "backendModel", remedy: swtpm },
  { property: ["tpms", "*", "backend", "version"], of: ["devices", "tpm"], list: "backendVersion" },
];

/** Every machine that is taken by default has room for so many CPUs, so nothing need be asked for them. */
const always = 8;
/** Whether anything here hangs on what domains can have on the host. */
export const asks = (wanted: Loose): boolean =>
  cpus(wanted) > always ||
  at(wanted, ["cpu", "mode"]).length > 0 ||
  offers.some(({ property }) => at(wanted, property).length > 0);
const cpus = ({ vcpus, maxVcpus }: Loose): number => Math.max(Number(maxVcpus ?? 0), Number(vcpus ?? 0)) || 0;

/** What the capabilities of the host know nothing of: its architectures, hypervisors and machines. */
export function unsupported(wanted: Loose, capabilities: Node): CheckFailure[] {
  const [arch] = at(wanted, ["os", "arch"]).filter(({ value }) => typeof value === "string");
  const guests = all(capabilities, "guest").flatMap((guest) => all(guest, "arch"));
  const known = guests.filter(({ attrs }) => arch === undefined || attrs["name"] === arch.value);
  if (arch && guests.length > 0 && known.length === 0)
    return [
      lacking(
        arch,
        guests.map(({ attrs }) => attrs["name"] ?? ""),
        "architecture",
      ),
    ];
  return [
    ...among(
      at(wanted, ["type"]),
      known.flatMap((one) => all(one, "domain").map(({ attrs }) => attrs["type"] ?? "")),
      "hypervisor",
    ),
    ...among(at(wanted, ["os", "machine"]), known.flatMap(machines), "machine"),
  ];
}
/** Those of the hypervisor as well as of the architecture, and the names that they stand for. */
const machines = (arch: Node): string[] =>
  [arch, ...all(arch, "domain")]
    .flatMap((one) => all(one, "machine"))
    .flatMap(({ text, attrs }) => [text, attrs["canonical"] ?? text]);

/** What domains of this kind cannot have on the host, by its domain capabilities. */
export function unoffered(wanted: Loose, capabilities: Node): CheckFailure[] {
  const most = Number(all(capabilities, "vcpu")[0]?.attrs["max"] ?? Number.POSITIVE_INFINITY);
  const machine = all(capabilities, "machine")[0]?.text ?? "of this kind";
  const many = ["maxVcpus", "vcpus"]
    .flatMap((name) => at(wanted, [name]))
    .filter(({ value }) => typeof value === "number" && value > most)
    .map(({ property, value }) => ({
      property,
      reason: `is ${value}, and a machine ${machine} has at most ${most} on this host`,
    }));
  const words = offers.flatMap(({ property, of, list, remedy }) => {
    const holder = of.reduce<Node | undefined>((node, name) => node && all(node, name)[0], capabilities);
    const offered = all(holder, "enum").find(({ attrs }) => attrs["name"] === list);
    if (!offered) return [];
    return outside(at(wanted, property), texts(offered), undefined, remedy);
  });
  const modes = all(all(capabilities, "cpu")[0], "mode");
  const able = modes.filter(({ attrs }) => attrs["supported"] === "yes").map(({ attrs }) => attrs["name"] ?? "");
  return [...many, ...words, ...(modes.length > 0 ? among(at(wanted, ["cpu", "mode"]), [...able, "custom"]) : [])];
}

interface Said {
  readonly property: (string | number)[];
  readonly value: unknown;
}
/** Each that the words do not hold. A host that tells of no word at all tells nothing. */
const among = (said: readonly Said[], words: readonly string[], what?: string): CheckFailure[] =>
  words.length === 0 ? [] : outside(said, words, what);
/** The same of a list that is told, be it empty. What is not known yet passes. */
const outside = (
  said: readonly Said[],
  words: readonly string[],
  what?: string,
  remedy?: Offer["remedy"],
): CheckFailure[] =>
  said
    .filter(({ value }) => typeof value === "string" && !words.includes(value))
    .map((one) => lacking(one, words, what, remedy));
function lacking(
  { property, value }: Said,
  words: readonly string[],
  what = "word",
  remedy: Offer["remedy"] = {},
): CheckFailure {
  const has = [...new Set(words)].slice(0, listed);
  const more = new Set(words).size > has.length ? ", …" : "";
  const cure = remedy[String(value)];
  const offered = what === "word" ? "this host offers" : `this host has no such ${what}; it has`;
  return {
    property,
    reason: `is ${JSON.stringify(value)}; ${offered} ${has.join(", ") || "none"}${more}${cure ? `: ${cure}` : ""}`,
  };
}
/** Of the longest lists (machines), a reader wants no more. */
const listed = 12;

/** What stands at a path, `*` being each item of a list. */
function at(value: unknown, path: readonly string[], before: readonly (string | number)[] = []): Said[] {
  const [step, ...rest] = path;
  if (step === undefined) return value === undefined ? [] : [{ property: [...before], value }];
  if (step === "*") return (Array.isArray(value) ? value : []).flatMap((item, i) => at(item, rest, [...before, i]));
  return isLoose(value) ? at(value[step], rest, [...before, step]) : [];
}
const all = (node: Node | undefined, name: string): Node[] =>
  node?.children.filter((child) => child.name === name) ?? [];
const texts = (node: Node): string[] => all(node, "value").map(({ text }) => text);
