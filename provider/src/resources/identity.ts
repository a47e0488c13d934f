/** Edits of what an object is known by: it would be another one than the stack's. A document may say them, a program may not. */
import { ownNamespace } from "../model";
import type { Checked, CheckFailure, CheckRequest, Value } from "../plugin/resource";
import { type Element, namesIn, type Shape } from "../vocabulary";
import { parse } from "../xml";

/** What check found, and these edits. */
export function keepingIdentity(
  { name: kind, shape }: Element<Shape>,
  { news }: CheckRequest,
  { inputs, failures }: Checked,
): Checked {
  const { xml } = news.values;
  const known = ["name", "uuid"].filter((name) => name in shape);
  const found = (Array.isArray(xml) ? (xml as readonly Value[]) : []).flatMap((edit, i): CheckFailure[] => {
    const reason = renames(known, kind === "domain", edit);
    return reason === undefined ? [] : [{ property: ["xml", i], reason }];
  });
  return { inputs, failures: [...failures, ...found] };
}

/** `marked` of a kind that has our mark in its metadata. */
function renames(known: readonly string[], marked: boolean, edit: Value): string | undefined {
  if (typeof edit !== "object" || edit === null) return undefined;
  const said = Object.entries(edit).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const { xml, ...paths } = Object.fromEntries(said);
  for (const [verb, path] of Object.entries(paths)) {
    if (!["set", "add", "delete"].includes(verb)) continue;
    const names = namesIn(path);
    const inside = verb === "add" && xml !== undefined ? rootOf(xml) : undefined;
    const [first = "", second = ""] = [...names, inside];
    if (known.includes(first)) return `changes what the object is known by: set \`${first}\` instead`;
    const whole = verb === "delete" && second === "";
    if (marked && first === "metadata" && (whole || second.startsWith(`{${ownNamespace}}`)))
      return "takes away the mark that says whose the object is: name a part of the metadata that is not it";
  }
  return undefined;
}
/** That it cannot be read is told as such. */
function rootOf(xml: string): string | undefined {
  try {
    return parse(xml, "invalid").name;
  } catch {
    return undefined;
  }
}
