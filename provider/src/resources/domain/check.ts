/** What the program says of a domain: its faults, its name and UUID, and what was left open about its devices. */
import { resources } from "../../model";
import type { Bag, Checked, CheckFailure, CheckRequest, Path } from "../../plugin/resource";
import { long } from "../../vocabulary";
import type { Context } from "../context";
import { checkDeclared, secretsOf, spoken } from "../inputs";
import { identify, nameFor } from "../owner";
import { hidden } from "../state";
import { checkHost } from "../whereabouts";
import { assignDisks, assignInterfaces } from "./assign";
import { birthDefaults } from "./defaults";
import { checkCloudInit } from "./seed";
import { isLoose, items, type Loose, textAt } from "./values";

const Domain = resources.Domain.inputs;

export function check(context: Context, request: CheckRequest): Checked {
  const { urn, olds, news } = request;
  const failures = [...checkDeclared(Domain, news), ...checkHost(context, request)];
  if (failures.length === 0) failures.push(...faults(news.values));
  if (failures.length > 0) return { inputs: news, failures };
  const old = olds?.values;
  if (typeof old?.["uuid"] === "string") context.replacements.remember(urn, old["uuid"]);
  const identity = identify(context.owner(), urn, olds ? undefined : context.replacements.replaced(urn));
  const values = spoken(Domain, news.values);
  const named = nameFor(Domain, request, identity);
  if ("reason" in named) return { inputs: news, failures: [named] };
  values["name"] = named.name;
  if (named.autonamed) values[hidden.autonamed] = named.autonamed;
  values["uuid"] ??= old?.["uuid"] ?? identity.uuid;
  const assignment = { identity, defaults: values["preset"] !== "none" };
  if (values["disks"] !== undefined) values["disks"] = assignDisks(values["disks"], old, assignment);
  if (values["interfaces"] !== undefined)
    values["interfaces"] = assignInterfaces(values["interfaces"], old, assignment);
  // Absence is a fact of the birth too: a default that a later version brings must not reach this machine.
  values[hidden.defaults] = old ? (old[hidden.defaults] ?? {}) : birthDefaults(values as Bag);
  failures.push(...doubles(values));
  return { inputs: { values, secrets: secretsOf(Domain, values, news.secrets) }, failures };
}

/** Faults that no declaration can know. */
function faults(said: Bag): CheckFailure[] {
  const { cloudInit } = said;
  return isLoose(cloudInit) ? checkCloudInit(cloudInit) : [];
}

/** Two devices cannot have one name or one address. */
function doubles(values: Loose): CheckFailure[] {
  const whole = long(Domain, values as never) as Loose;
  const twice = (list: string, what: string, of: (item: Loose) => string | undefined, path: Path): CheckFailure[] => {
    const first = new Map<string, number>();
    return items(whole, list).flatMap((item, i) => {
      const key = of(item)?.toLowerCase();
      if (key === undefined) return [];
      const before = first.get(key);
      if (before === undefined) first.set(key, i);
      const reason = `is ${key}, the ${what} of ${list}[${before}] too: each has its own`;
      return before === undefined ? [] : [{ property: [list, i, ...path], reason }];
    });
  };
  return [
    ...twice("disks", "target", (disk) => textAt(disk, "target", "dev"), ["target", "dev"]),
    ...twice("interfaces", "MAC address", (nic) => textAt(nic, "mac"), ["mac"]),
  ];
}
