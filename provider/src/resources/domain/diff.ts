/** What a program changed of a machine. Pure: it knows nothing of the host. */
import { resources } from "../../model";
import type { Change, Difference, DiffRequest } from "../../plugin/resource";
import { differences } from "../difference";
import { effective } from "../inputs";
import { autonamedBy } from "../owner";
import { isLoose, type Loose } from "./values";

const Domain = resources.Domain.inputs;
/** What an address hangs on: the cards, and whether the machine starts anew. */
const moving = ["interfaces", "powerState", "graphics", "cloudInit", "waitFor"];

export function diff({ oldInputs, news, ignoreChanges }: DiffRequest): Difference {
  const found = differences(Domain, oldInputs.values, news.values, ignoreChanges).changes;
  const remade = reseeds(effective(Domain, news.values) as Loose);
  const changes = found.map((change) => (remade && isSeedChange(change) ? { ...change, replace: true } : change));
  const replaced = changes.some(({ replace }) => replace);
  const named = autonamedBy(news.values) !== "ours" && news.values["name"] === oldInputs.values["name"];
  const steady = !changes.some(({ property }) => moving.includes(String(property[0])));
  return {
    changes,
    // Two machines of one name cannot be on a host at once.
    ...(replaced && named ? { deleteBeforeReplace: true } : {}),
    stables: ["uuid", "name", "host", ...(steady ? ["address", "addresses", "nics", "displays"] : [])],
  };
}
const reseeds = ({ cloudInit }: Loose): boolean => isLoose(cloudInit) && cloudInit["onChange"] === "replace";
const isSeedChange = ({ property }: Change): boolean => property[0] === "cloudInit" && property[1] !== "onChange";
