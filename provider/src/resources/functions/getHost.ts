/** What a host is, what it has, and what is free of it. */
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
  const [identity, capabilities, { type }, info, { freeMem }] = await Promise.all([
    host.identity(limits),
    host.capabilities(limits),
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
  };
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

const all = (node: Node | undefined, name: string): Node[] =>
  node?.children.filter((child) => child.name === name) ?? [];
const one = (node: Node | undefined, name: string): Node | undefined => all(node, name)[0];
