/** What a program changed of a machine. Pure: it knows nothing of the host. */
import { resources } from "../../model";
import type { Change, Difference, DiffRequest } from "../../plugin/resource";
import { differences } from "../difference";
import { effective } from "../inputs";
import { autonamedBy } from "../owner";
import { moving } from "./state";
import { isLoose, items, type Loose } from "./values";

const Domain = resources.Domain.inputs;
/** What an address hangs on: the cards, and whether the machine starts anew. */
const movers = ["interfaces", "powerState", "graphics", "cloudInit", "waitFor"];
export const moves = (changes: readonly Change[]): boolean =>
  changes.some(({ property }) => movers.includes(String(property[0])));

export function diff({ oldInputs, news, ignoreChanges }: DiffRequest): Difference {
  const found = differences(Domain, oldInputs.values, news.values, ignoreChanges).changes;
  const wanted = effective(Domain, news.values) as Loose;
  const remade = reseeds(wanted);
  const changes = found.map((change) => (remade && isSeedChange(change) ? { ...change, replace: true } : change));
  const named = autonamedBy(news.values) !== "ours" && news.values["name"] === oldInputs.values["name"];
  const steady = !moves(changes) && wanted["updatePolicy"] !== "restart";
  return {
    changes,
    // Two machines of one name cannot be on a host at once, nor two that run on one disk or with one address. The engine's own replacements
    // (replaceOnChanges) heed it too.
    deleteBeforeReplace: named || ["disks", "interfaces"].some((list) => items(wanted, list).length > 0),
    stables: ["uuid", "name", "host", ...(steady ? moving : [])],
  };
}
const reseeds = ({ cloudInit }: Loose): boolean => isLoose(cloudInit) && cloudInit["onChange"] === "replace";
const isSeedChange = ({ property }: Change): boolean => property[0] === "cloudInit" && property[1] !== "onChange";
