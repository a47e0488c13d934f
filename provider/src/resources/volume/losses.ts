/** Replacements of a volume that would lose what guests wrote: refused, or foretold where a preview does not know yet. */
import { resources } from "../../model";
import type { Bag, Change, CheckFailure, Path, Properties } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { differences } from "../difference";

const remedy = "another volume would be made, and the data of this one lost. Set replaceData: true if they may go";

export function losses(olds: Properties | undefined, { values }: Properties): CheckFailure[] {
  if (values["replaceData"] === unknown) return [];
  return replacing(olds, values)
    .filter(({ property }) => !isUnknown(values, property))
    .map(({ property }) => ({ property, reason: `cannot change in place: ${remedy}` }));
}

/** What the update may refuse though this preview can not. Old values are not told: they may be secrets. */
export function doubts(olds: Properties | undefined, { values }: Properties): string[] {
  const may = values["replaceData"] === unknown;
  return replacing(olds, values).flatMap(({ property }) => {
    const path = property.join(".");
    if (isUnknown(values, property))
      return [`${path} is not known yet. Unless it is what it was, the update will refuse it: ${remedy}`];
    if (!may) return [];
    return [
      `${path} changes, and replaceData is not known yet. Unless it is true, the update will refuse it: ${remedy}`,
    ];
  });
}

function replacing(olds: Properties | undefined, values: Bag): Change[] {
  if (!olds || values["replaceData"] === true) return [];
  const { changes } = differences(resources.Volume.inputs, olds.values, values, []);
  return changes.filter(({ replace }) => replace);
}

export function isUnknown(values: Bag, path: Path): boolean {
  let at: unknown = values;
  for (const step of path) {
    if (at === unknown || at === undefined || at === null) break;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at === unknown;
}
