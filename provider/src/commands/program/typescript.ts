/** A program in TypeScript. */
import type { Value } from "../../plugin/resource";
import type { Program } from ".";
import { className, identifier } from "./names";

export const typescript = ({ name, token, inputs }: Program): string => `import * as kvm from "pulumi-kvm";

export const ${identifier(name, "camel", reserved)} = new kvm.${className(token)}(${text(name)}, ${literal(inputs as Value, "")});
`;

const reserved = new Set(
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface kvm let new null package private protected public return static super switch this throw true try typeof var void while with yield".split(
    " ",
  ),
);
/** JSON's strings are JavaScript's. */
const text = (value: string): string => JSON.stringify(value);

function literal(value: Value | undefined, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value))
    return block(
      "[",
      value.map((one) => literal(one, inner)),
      "]",
      indent,
    );
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return block(
    "{",
    entries.map(([key, one]) => `${word(key)}: ${literal(one as Value, inner)}`),
    "}",
    indent,
  );
}
const word = (key: string): string => (/^[A-Za-z_]\w*$/.test(key) ? key : text(key));
const block = (open: string, parts: readonly string[], close: string, indent: string): string =>
  parts.length === 0
    ? open + close
    : `${open}\n${parts.map((part) => `${indent}  ${part},\n`).join("")}${indent}${close}`;
