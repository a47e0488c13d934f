/** What a host is, what it has, and what is free of it. */
import { asFailure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { functions } from "../../model";
import type { Bag, Invocation } from "../../plugin/resource";
import { type Node, parse } from "../../xml";
import type { Context } from "../context";
import { checkDeclared } from "../inputs";
import { hostOf, limitsOf } from "../whereabouts";

export const getHost = (context: Context): Invocation => ({
  async invoke(run, args) {
    const failures = checkDeclared(functions.getHost.inputs, args);
    if (failures.length > 0) return { result: { values: {}, secrets: [] }, failures };
    return { result: { values: await factsOf(hostOf(context, args.values), limitsOf(run)), secrets: [] }, failures };
  },
});

async function factsOf(host: Host, limits: Limits): Promise<Bag> {
  const [identity, capabilities, domains, { type }, info, { freeMem }] = await Promise.all([
    host.identity(limits),
    host.capabilities(limits),
    host.domainCapabilities({}, limits).catch(untold),
    host.call("connectGetType", {}, limits),
    host.call("nodeGetInfo", {}, limits),
    host.call("nodeGetFreeMemory", {}, limits),
  ]);
  return {
    name: identity.hostname,
    uuid: identity.uuid,
    uri: host.uri,
    cores: info.cpus,
    memory: String(info.memory * 1024n),
    freeMemory: String(freeMem),
    libvirtVersion: identity.libvirt,
    hypervisor: type,
    hypervisorVersion: identity.hypervisor,
    ...told(capabilities),
    capabilities,
    ...(domains === undefined ? {} : { ...toldOfDomains(domains), domainCapabilities: domains }),
  };
}

/** Some drivers have none, and libvirt tells them to nobody who may only read. */
function untold(thrown: unknown): undefined {
  if (!["unsupported", "denied"].includes(asFailure(thrown).code)) throw thrown;
}

/** What only the capabilities say. */
export function told(capabilities: string): { arch: string; cpuModel: string; kvm: boolean } {
  const root = parse(capabilities);
  const cpu = one(one(root, "host"), "cpu");
  const arch = one(cpu, "arch")?.text ?? "";
  const guests = all(root, "guest").flatMap((guest) => all(guest, "arch"));
  const own = guests.filter(({ attrs }) => attrs["name"] === arch);
  const kvm = own.some((guest) => all(guest, "domain").some(({ attrs }) => attrs["type"] === "kvm"));
  return { arch, cpuModel: one(cpu, "model")?.text ?? "", kvm };
}

/** Of what domains can have, what a program asks for. */
export function toldOfDomains(capabilities: string): {
  machine: string;
  maxVcpus: number;
  firmwares: string[];
  cpuModes: string[];
} {
  const root = parse(capabilities);
  const firmware = all(one(root, "os"), "enum").filter(({ attrs }) => attrs["name"] === "firmware");
  const modes = all(one(root, "cpu"), "mode").filter(({ attrs }) => attrs["supported"] === "yes");
  return {
    machine: one(root, "machine")?.text ?? "",
    maxVcpus: Number(one(root, "vcpu")?.attrs["max"] ?? 0),
    firmwares: firmware.flatMap((values) => all(values, "value").map(({ text }) => text ?? "")),
    cpuModes: modes.map(({ attrs }) => attrs["name"] ?? ""),
  };
}

const all = (node: Node | undefined, name: string): Node[] =>
  node?.children.filter((child) => child.name === name) ?? [];
const one = (node: Node | undefined, name: string): Node | undefined => all(node, name)[0];
