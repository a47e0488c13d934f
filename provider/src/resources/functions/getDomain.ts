/** A domain that something else made, by its name or UUID. */
import { Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { canonicalUuid, functions, resources } from "../../model";
import type { Bag, Invocation } from "../../plugin/resource";
import type { Context } from "../context";
import { powerOf } from "../domain/power";
import { displaysOf, look, machineOf } from "../domain/state";
import { checkDeclared } from "../inputs";
import { reading } from "../look";
import { maybe } from "../maybe";
import { isLoose, type Loose } from "../values";
import { limitsOf } from "../whereabouts";

export const getDomain = (context: Context): Invocation => ({
  async invoke(run, args) {
    const failures = checkDeclared(functions.getDomain.inputs, args);
    if (failures.length > 0) return { result: { values: {}, secrets: [] }, failures };
    const limits = limitsOf(run);
    const { host, uuid } = await find(context, args.values, limits);
    return { result: { values: await factsOf(host, uuid, limits), secrets: [] }, failures };
  },
});

interface Found {
  readonly host: Host;
  readonly uuid: string;
}

/** On the host that is named, else on whichever has it: none of them or several is an error. */
async function find(context: Context, { name, uuid, host }: Bag, limits: Limits): Promise<Found> {
  const hosts = context.hosts();
  const looked =
    typeof host === "string"
      ? [hosts.get(host)]
      : hosts.names.length > 0
        ? hosts.names.map((key) => hosts.get(key))
        : [hosts.get()];
  const object = `domain ${String(name ?? uuid)}`;
  const each = await Promise.all(
    looked.map(async (at): Promise<Found | undefined> => {
      const asked =
        uuid === undefined
          ? at.call("domainLookupByName", { name: String(name) }, { object, ...limits })
          : at.call("domainLookupByUuid", { uuid: canonicalUuid(String(uuid)) }, { object, ...limits });
      const found = await maybe(asked);
      return found && { host: at, uuid: found.dom.uuid };
    }),
  );
  const found = each.filter((one) => one !== undefined);
  const on = looked.map((at) => at.name).join(", ");
  const [only, ...others] = found;
  if (!only)
    throw new Failure("missing", "there is no such domain", {
      object,
      host: on,
      remedy: "See `virsh list --all` there",
    });
  if (others.length > 0)
    throw new Failure(
      "invalid",
      `there are ${found.length} of it, on ${found.map((one) => one.host.name).join(", ")}`,
      {
        object,
        remedy: "Say on which `host` it is",
      },
    );
  return only;
}

async function factsOf(host: Host, uuid: string, limits: Limits): Promise<Bag> {
  const dom = { uuid };
  const about = { object: `domain ${uuid}`, ...limits };
  const [{ xml }, power, { autostart }, info] = await Promise.all([
    host.call("domainGetXmlDesc", { dom }, about),
    powerOf(host, uuid, limits),
    // A domain without a definition, which is gone when it stops, has no autostart.
    host.call("domainGetAutostart", { dom }, about).catch(() => ({ autostart: false })),
    host.call("domainGetInfo", { dom }, about),
  ]);
  const domain = reading(resources.Domain.inputs, xml) as Loose;
  const name = textOf(domain["name"]);
  const { addresses, nics } = await look(host, machineOf(uuid, name, domain), power.state !== "stopped", limits);
  return {
    id: uuid,
    name,
    uuid,
    host: host.name,
    title: textOf(domain["title"]),
    description: textOf(domain["description"]),
    powerState: power.state,
    autostart,
    memory: String(info.memory * 1024n),
    vcpus: info.nrVirtCpu,
    address: addresses[0] ?? "",
    addresses,
    nics: nics.map(({ name, mac, addresses }) => ({ name, mac, addresses })),
    displays: displaysOf(domain).filter(isLoose) as Bag[],
  };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
