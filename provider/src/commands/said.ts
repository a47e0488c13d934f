/** What a file of JSON or YAML says: a program's resources, or the inputs of one. */
import { parse } from "yaml";
import { Failure } from "../failure";
import type { Bag, Value } from "../plugin/resource";
import { unescaped } from "./program/interpolation";

export interface Said {
  /** Of a program: its name in it, and `kvm:Domain`. */
  readonly name?: string;
  readonly token?: string;
  readonly inputs: Bag;
}

export function saidIn(text: string): Said[] {
  if (text.trimStart().startsWith("<"))
    throw new Failure("invalid", "it is XML, and no program yet", { remedy: "`convert` makes one of it" });
  const whole = wholeOf(text);
  if (!isBag(whole)) throw new Failure("invalid", "it holds no properties: they are an object");
  return isBag(whole["resources"]) ? resourcesIn(whole["resources"]) : [{ inputs: whole }];
}
const isBag = (value: unknown): value is Bag => typeof value === "object" && value !== null && !Array.isArray(value);

/** JSON is YAML too but for tabs; what starts as an object is blamed in JSON's words. */
function wholeOf(text: string): unknown {
  try {
    return text.trimStart().startsWith("{") ? JSON.parse(text) : parse(text, { prettyErrors: true });
  } catch (json) {
    try {
      return parse(text, { prettyErrors: true });
    } catch {
      const [problem] = (json as Error).message.split("\n");
      throw new Failure("invalid", `it is neither JSON nor YAML: ${problem?.replace(/:$/, "")}`);
    }
  }
}

function resourcesIn(resources: Bag): Said[] {
  const said = Object.entries(resources).flatMap(([name, resource]): Said[] => {
    if (!isBag(resource) || typeof resource["type"] !== "string" || !resource["type"].startsWith("kvm:")) return [];
    const { type, properties } = resource;
    if (properties !== undefined && properties !== null && !isBag(properties))
      throw new Failure("invalid", `the properties of ${name} are no object`);
    return [{ name, token: type, inputs: literal((properties ?? {}) as Bag, name) as Bag }];
  });
  if (said.length > 0) return said;
  throw new Failure("invalid", "it has no resources of ours: their types start with kvm:");
}

/** Strings of a program are expressions. What only a run of Pulumi knows has no place in a document. */
function literal(value: Value | undefined, where: string): Value | undefined {
  if (typeof value === "string") return unescaped(value, where);
  if (Array.isArray(value)) return value.map((one, i) => literal(one, `${where}[${i}]`) as Value);
  if (!isBag(value)) return value;
  const [first] = Object.keys(value);
  if (first?.startsWith("fn::"))
    throw new Failure("invalid", `${where} is ${first}, which only a run of Pulumi knows`, { remedy: "Say the value" });
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, literal(one, `${where}.${key}`)]));
}
