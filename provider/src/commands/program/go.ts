/** A program in Go, formatted as gofmt would. */
import type { Value } from "../../plugin/resource";
import { type Element, elementOf, type Field, type Shape, typeName, typeOf } from "../../vocabulary";
import type { Program } from ".";
import { className, goName } from "./names";

export function go({ name, token, declaration, inputs }: Program): string {
  const type = className(token);
  const args = struct(`&kvm.${type}Args`, declaration, inputs, "\t\t");
  return `package main

import (
	"github.com/pulumi-kvm/pulumi-kvm/sdk/go/kvm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := kvm.New${type}(ctx, ${text(name)}, ${args})
		return err
	})
}
`;
}

/** JSON's strings are Go's. */
const text = (value: string): string => JSON.stringify(value);

function struct(type: string, { shape }: Element<Shape>, value: object, indent: string): string {
  const parts = Object.entries(value).flatMap(([key, one]): Part[] => {
    const field = shape[key];
    return field && one !== undefined ? [[goName(key), printed(field, one as Value, `${indent}\t`)]] : [];
  });
  return composite(type, parts, indent);
}

function printed(field: Field<unknown>, value: Value, indent: string): string {
  const of = elementOf(field);
  const name = of ? `kvm.${typeName(of)}` : `pulumi.${scalarName(field)}`;
  const one = (item: Value, at: string): string =>
    of ? struct(`&${name}Args`, of, item as object, at) : scalar(field, item, at);
  if (!Array.isArray(value)) return one(value, indent);
  const parts = value.map((item): Part => [undefined, one(item, `${indent}\t`)]);
  return composite(`${name}Array`, parts, indent);
}

function scalar(field: Field<unknown>, value: Value, indent: string): string {
  const name = scalarName(field);
  if (name !== "StringMap") return `pulumi.${name}(${typeof value === "string" ? text(value) : String(value)})`;
  const entries = Object.entries(value as object).map(
    ([key, one]): Part => [text(key), `pulumi.String(${text(String(one))})`],
  );
  return composite("pulumi.StringMap", entries, indent);
}
const names = {
  string: "String",
  integer: "Int",
  number: "Float64",
  boolean: "Bool",
  map: "StringMap",
  asset: "Asset",
};
const scalarName = (field: Field<unknown>): string => names[typeOf(field)?.pulumi ?? "boolean"];

/** A key, where it has one, and a value. */
type Part = readonly [string | undefined, string];
function composite(type: string, parts: readonly Part[], indent: string): string {
  if (parts.length === 0) return `${type}{}`;
  const lines = parts.map(([key, value], i) => {
    const said = key === undefined ? "" : `${key}:${" ".repeat(room(parts, i))}`;
    return `${indent}\t${said}${value},\n`;
  });
  return `${type}{\n${lines.join("")}${indent}}`;
}
/** Values of neighbours on single lines stand below each other. */
function room(parts: readonly Part[], at: number): number {
  const single = (i: number): boolean => parts[i] !== undefined && !parts[i]?.[1].includes("\n");
  const width = (i: number): number => parts[i]?.[0]?.length ?? 0;
  if (!single(at)) return 1;
  let [first, last] = [at, at];
  while (single(first - 1)) first--;
  while (single(last + 1)) last++;
  const widest = Math.max(...Array.from({ length: last - first + 1 }, (_, i) => width(first + i)));
  return widest - width(at) + 1;
}
