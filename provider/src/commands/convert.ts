/** `convert`: any of libvirt's XML as a program that says the same. */
import { asFailure, Failure } from "../failure";
import { nearest } from "../nearest";
import { inputsOf, kinds } from "../resources/documents";
import { type Node, parse } from "../xml";
import { parsed } from "./arguments";
import { nameOf, textOf } from "./file";
import { type Language, languages } from "./program";

export const usage = `convert FILE.xml [--to ${Object.keys(languages).join("|")}] [--name NAME] [--pool POOL]; - is standard input`;

export async function convert(args: readonly string[]): Promise<string> {
  const { file, options } = parsed(args, ["to", "name", "pool"], usage);
  const language = languageOf(options["to"] ?? "yaml");
  try {
    return program(parse(await textOf(file), "invalid"), language, options);
  } catch (thrown) {
    throw asFailure(thrown).in({ object: nameOf(file) });
  }
}

function languageOf(to: string): Language {
  const language = Object.hasOwn(languages, to) ? languages[to] : undefined;
  if (language) return language;
  const near = nearest(to, Object.keys(languages));
  throw new Failure("invalid", `--to ${to} is no language; it may be ${Object.keys(languages).join(", ")}`, {
    ...(near && { remedy: `Did you mean ${near}?` }),
  });
}

function program(
  whole: Node,
  language: Language,
  { name, pool }: Readonly<Record<string, string | undefined>>,
): string {
  const kind = Object.hasOwn(kinds, whole.name) ? kinds[whole.name] : undefined;
  if (!kind)
    throw new Failure("invalid", `<${whole.name}> is no object that a program can declare`, {
      remedy: `The root element may be ${Object.keys(kinds).join(", ")}`,
    });
  if (pool !== undefined && !("pool" in kind.beside))
    throw new Failure("invalid", `--pool is for volumes, and this is a ${whole.name}`);
  const inputs = inputsOf(kind, whole, pool === undefined ? {} : { pool });
  const { token, declaration } = kind;
  const own = typeof inputs["name"] === "string" ? inputs["name"] : whole.name;
  return language({ name: name ?? own, token, declaration, inputs });
}
