/** What a program changed of a machine. Pure: it knows nothing of the host. */
import { resources } from "../../model";
import type { Bag, Change, Difference, DiffRequest, Run } from "../../plugin/resource";
import { differences } from "../difference";
import { whole } from "../inputs";
import { autonamedBy } from "../owner";
import { isLoose, items, type Loose } from "../values";
import { decidedBy, moving } from "./state";

const Domain = resources.Domain.inputs;
/** What an address hangs on: the cards, and whether the machine starts anew. */
const movers = ["interfaces", "powerState", "graphics", "cloudInit", "waitFor"];
export const topsOf = (changes: readonly Change[]): string[] => changes.map(({ property }) => String(property[0]));
export const moves = (changes: readonly Change[]): boolean => topsOf(changes).some((name) => movers.includes(name));

export function diff({ oldInputs, news, ignoreChanges }: DiffRequest): Difference {
  const found = differences(Domain, oldInputs.values, news.values, ignoreChanges).changes;
  const wanted = whole(news.values);
  const remade = reseeds(wanted);
  const changes = found.map((change) => (remade && isSeedChange(change) ? { ...change, replace: true } : change));
  const clashes = clashesOf(oldInputs.values, news.values, wanted);
  const steady = !moves(changes) && wanted["updatePolicy"] !== "restart";
  return {
    changes,
    // The engine's own replacements (replaceOnChanges) heed it too.
    deleteBeforeReplace: clashes.length > 0,
    stables: ["uuid", "name", "host", ...decidedBy(topsOf(changes), false), ...(steady ? moving : [])],
  };
}
/** Two machines of one name cannot be on a host at once, nor two that run on one disk or with one address. */
function clashesOf(olds: Bag, news: Bag, wanted: Loose): string[] {
  const named = autonamedBy(news) !== "ours" && news["name"] === olds["name"] ? ["name"] : [];
  return [...named, ...["disks", "interfaces"].filter((list) => items(wanted, list).length > 0)];
}
/** Says why the old machine goes before the new one is made: until then there is none. */
export function tellOfGap(
  run: Run,
  { oldInputs, news }: DiffRequest,
  { changes, deleteBeforeReplace }: Difference,
): void {
  if (!deleteBeforeReplace || !changes.some(({ replace }) => replace)) return;
  const wanted = whole(news.values);
  const shared = clashesOf(oldInputs.values, news.values, wanted).join(" and ");
  run.log.info(
    `domain ${String(oldInputs.values["name"])} is deleted before the new one is made: both cannot have the same ${shared} at once`,
  );
}
const reseeds = ({ cloudInit }: Loose): boolean => isLoose(cloudInit) && cloudInit["onChange"] === "replace";
const isSeedChange = ({ property }: Change): boolean => property[0] === "cloudInit" && property[1] !== "onChange";
