/** What the program says of a domain: its faults, its name and UUID, and what was left open about its devices. */
import { guestOf, resources } from "../../model";
import type { Bag, Checked, CheckFailure, CheckRequest } from "../../plugin/resource";
import { type Dialect, doubles } from "../../vocabulary";
import type { Context } from "../context";
import { checkDeclared, secretsOf, spoken } from "../inputs";
import { identify, nameFor } from "../owner";
import { hidden } from "../state";
import { isLoose } from "../values";
import { checkHost } from "../whereabouts";
import { assignDisks, assignInterfaces } from "./assign";
import { birthDefaults } from "./defaults";
import { checkCloudInit } from "./seed";
import { straysIn } from "./strays";

const Domain = resources.Domain.inputs;

export function check(context: Context, request: CheckRequest): Checked {
  const { urn, olds, news } = request;
  const failures = [...checkDeclared(Domain, news, dialectOf(news.values)), ...checkHost(context, request)];
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
  const assignment = { identity, guest: guestOf(values["preset"]) };
  if (values["disks"] !== undefined) values["disks"] = assignDisks(values["disks"], old, assignment);
  if (values["interfaces"] !== undefined)
    values["interfaces"] = assignInterfaces(values["interfaces"], old, assignment);
  // Absence is a fact of the birth too: a default that a later version brings must not reach this machine.
  values[hidden.defaults] = old ? (old[hidden.defaults] ?? {}) : birthDefaults(values as Bag);
  // What is assigned may meet what the program says of another device.
  failures.push(...doubles(Domain, values).map(({ path, reason }) => ({ property: path, reason })));
  if (!old) failures.push(...straysIn(values as Bag));
  return { inputs: { values, secrets: secretsOf(Domain, values, news.secrets) }, failures };
}

/** Hypervisors that a driver of another name runs. */
const drivers: Readonly<Record<string, string>> = { kvm: "qemu", hvf: "qemu", parallels: "vz" };
/** What the program says of its driver; the host itself is asked by a preview. */
const dialectOf = ({ type }: Bag): Dialect | undefined =>
  typeof type === "string" ? { driver: drivers[type] ?? type } : undefined;

/** Faults that no declaration can know. */
function faults(said: Bag): CheckFailure[] {
  const { cloudInit } = said;
  return isLoose(cloudInit) ? checkCloudInit(cloudInit) : [];
}
