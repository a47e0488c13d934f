/** A program in Python. */
import type { Value } from "../../plugin/resource";
import { type Element, elementOf, type Field, type Shape } from "../../vocabulary";
import type { Program } from ".";
import { className, identifier, pythonName, pythonWords } from "./names";

export function python({ name, token, declaration, inputs }: Program): string {
  const variable = identifier(name, "snake", new Set([...pythonWords, "kvm"]));
  const args = properties(declaration, inputs).map(
    ([key, field, value]) => `${pythonName(key)}=${field(value, "    ")}`,
  );
  const lines = [text(name), ...args].map((arg) => `    ${arg},\n`).join("");
  return `import pulumi_kvm as kvm\n\n${variable} = kvm.${className(token)}(\n${lines})\n`;
}

type Printer = (value: Value, indent: string) => string;
const properties = ({ shape }: Element<Shape>, value: object): [string, Printer, Value][] =>
  Object.entries(value).flatMap(([key, one]): [string, Printer, Value][] =>
    one === undefined ? [] : [[key, printer(shape[key]), one as Value]],
  );

/** Keys of objects are the SDK's names; those of maps are the program's own. */
function printer(field: Field<unknown> | undefined): Printer {
  const of = field && elementOf(field);
  return (value, indent) => {
    const inner = `${indent}    `;
    if (Array.isArray(value))
      return block(
        "[",
        value.map((one) => printer(field)(one, inner)),
        "]",
        indent,
      );
    if (typeof value !== "object" || value === null) return scalar(value);
    const entries = of
      ? properties(of, value).map(([key, print, one]) => `${text(pythonName(key))}: ${print(one, inner)}`)
      : Object.entries(value).map(([key, one]) => `${text(key)}: ${scalar(one)}`);
    return block("{", entries, "}", indent);
  };
}
const scalar = (value: unknown): string =>
  typeof value === "boolean" ? (value ? "True" : "False") : typeof value === "string" ? text(value) : String(value);
/** JSON's strings are Python's but for characters that JSON says in two halves. */
const text = (value: string): string => JSON.stringify(value);
const block = (open: string, parts: readonly string[], close: string, indent: string): string =>
  parts.length === 0
    ? open + close
    : `${open}\n${parts.map((part) => `${indent}    ${part},\n`).join("")}${indent}${close}`;
