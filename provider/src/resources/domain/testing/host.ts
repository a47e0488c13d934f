/** A host of machines in memory: what a life does to them, in which order, and when a call fails. */

import { Failure } from "../../../failure";
import type { Host } from "../../../host/host";
import type { Run } from "../../../plugin/resource";
import { parse } from "../../../xml";
import type { Context } from "../../context";
import { contextOf } from "../../testing/context";

export interface FakeMachine {
  xml: string;
  /** Undefined of a machine that is stopped. */
  live?: string | undefined;
  /** virDomainState */
  state: number;
  reason: number;
  autostart: boolean;
}
interface Args {
  readonly dom: { readonly uuid: string };
  readonly pool: { readonly name: string };
  readonly vol: { readonly pool: string; readonly name: string };
  readonly xml: string;
  readonly name: string;
  readonly path: string;
  readonly uuid: string;
  readonly flags: number;
  readonly autostart: boolean;
}
export interface FakeHost {
  readonly host: Host;
  readonly context: Context;
  readonly machines: Map<string, FakeMachine>;
  readonly volumes: Set<string>;
  /** What was asked to change something, in order; what a call answers instead of its usual. */
  readonly asked: string[];
  readonly instead: Map<string, (args: unknown) => unknown>;
  /** What a call does by itself. */
  usual(procedure: string): (args: unknown) => unknown;
  /** Wakes those that wait for an event. */
  happen(): void;
}

const missing = (what: string): Failure => new Failure("missing", `no ${what}`);
const leafOf = (xml: string, name: string): string =>
  parse(xml).children.find((child) => child.name === name)?.text ?? "";
const targetOf = (disk: string): string | undefined => /<target[^>]* dev=['"](\w+)/.exec(disk)?.[1];
/** A number of its own for each life, as libvirt gives it. */
const alive = (xml: string, life: number): string => xml.replace("<domain", `<domain id='${life}'`);

export function fakeHost(): FakeHost {
  const machines = new Map<string, FakeMachine>();
  const volumes = new Set<string>();
  const asked: string[] = [];
  const instead = new Map<string, (args: unknown) => unknown>();
  const waiting = new Set<() => void>();
  let lives = 0;
  const happen = (): void => {
    for (const wake of waiting) wake();
  };
  const machine = ({ dom }: Args): FakeMachine => {
    const found = machines.get(dom.uuid);
    if (!found) throw missing(`domain ${dom.uuid}`);
    return found;
  };
  const put = (args: Args, state: number, reason: number): void => {
    const one = machine(args);
    if (state === 5) one.live = undefined;
    else one.live ??= alive(one.xml, ++lives);
    Object.assign(one, { state, reason });
    happen();
  };
  const reads: Record<string, (args: Args) => unknown> = {
    domainGetXmlDesc: (args) => {
      const { xml, live } = machine(args);
      return { xml: args.flags ? xml : (live ?? xml) };
    },
    domainGetState: (args) => machine(args),
    domainGetAutostart: (args) => machine(args),
    domainLookupByUuid: ({ uuid }) => {
      if (!machines.has(uuid)) throw missing(`domain ${uuid}`);
      return { dom: { uuid } };
    },
    domainLookupByName: ({ name }) => {
      const found = [...machines].find(([, { xml }]) => leafOf(xml, "name") === name);
      if (!found) throw missing(`domain ${name}`);
      return { dom: { uuid: found[0] } };
    },
    domainListAllSnapshots: () => ({ snapshots: [] }),
    storageVolLookupByPath: ({ path }) => {
      throw missing(`volume ${path}`);
    },
    storagePoolLookupByTargetPath: ({ path }) => {
      throw missing(`pool ${path}`);
    },
    storagePoolListAllVolumes: ({ pool }) => ({ vols: [...volumes].map((name) => ({ pool: pool.name, name })) }),
    storagePoolLookupByName: ({ name }) => ({ pool: { name } }),
    storageVolGetPath: ({ vol }) => ({ name: `/pool/${vol.name}` }),
  };
  const acts: Record<string, (args: Args) => unknown> = {
    domainDefineXmlFlags: ({ xml }) => {
      const [uuid, name] = [leafOf(xml, "uuid"), leafOf(xml, "name")];
      const twin = [...machines].find(([other, one]) => other !== uuid && leafOf(one.xml, "name") === name);
      if (twin) throw new Failure("exists", "another domain has that name");
      const old = machines.get(uuid) ?? { state: 5, reason: 0, autostart: false };
      machines.set(uuid, { ...old, xml });
      return { dom: { uuid } };
    },
    domainUndefineFlags: (args) => machines.delete(args.dom.uuid),
    domainCreateWithFlags: (args) => put(args, args.flags & 1 ? 3 : 1, 1),
    domainDestroyFlags: (args) => put(args, 5, 2),
    domainShutdownFlags: (args) => put(args, 5, 1),
    domainSuspend: (args) => put(args, 3, 1),
    domainResume: (args) => put(args, 1, 5),
    domainSetAutostart: (args) => Object.assign(machine(args), { autostart: args.autostart }),
    domainSetMetadata: () => undefined,
    domainUpdateDeviceFlags: () => undefined,
    domainDetachDeviceFlags: (args) => {
      const one = machine(args);
      one.live = one.live?.replace(/<disk\b.*?<\/disk>/gs, (disk) =>
        targetOf(disk) === targetOf(args.xml) ? "" : disk,
      );
      happen();
    },
    domainAttachDeviceFlags: (args) => {
      const one = machine(args);
      one.live = one.live?.replace("</devices>", `${args.xml}</devices>`);
    },
    storageVolCreateXml: ({ xml }) => {
      const name = leafOf(xml, "name");
      if (volumes.has(name)) throw new Failure("exists", "storage volume exists");
      volumes.add(name);
      return {};
    },
    storageVolDelete: ({ vol }) => {
      if (!volumes.delete(vol.name)) throw missing(`volume ${vol.name}`);
    },
  };
  const cancelled = (signal: AbortSignal | undefined): void => {
    if (signal?.aborted) throw new Failure("cancelled", "stopped by the user");
  };
  const call = async (procedure: string, args: unknown, { signal }: { signal?: AbortSignal | undefined } = {}) => {
    cancelled(signal);
    if (procedure in acts) asked.push(procedure);
    return (instead.get(procedure) ?? usual(procedure))(args);
  };
  const usual = (procedure: string) => (args: unknown) => (reads[procedure] ?? acts[procedure])?.(args as Args);
  const until: Host["until"] = async (_events, look, { signal, deadline }) => {
    for (;;) {
      cancelled(signal);
      const found = await look();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(wake, deadline === undefined ? 60_000 : Math.max(deadline - Date.now(), 0));
        waiting.add(wake);
        signal?.addEventListener("abort", wake, { once: true });
      });
      if (deadline !== undefined && Date.now() >= deadline) throw new Failure("timeout", "it took too long");
    }
  };
  const host = {
    name: "fake",
    anticipate: () => undefined,
    identity: async () => ({ uuid: "h", libvirt: "9.0.0", hypervisor: "7.2.0", driver: "qemu", hostname: "fake" }),
    capabilities: async () => "<capabilities><host><cpu><arch>x86_64</arch></cpu></host></capabilities>",
    domainCapabilities: async () => {
      throw new Failure("unsupported", "this driver tells nothing of what domains can have");
    },
    call,
    upload: async () => undefined,
    on: async () => () => undefined,
    until,
    can: () => false,
  } as unknown as Host;
  const hosts = { names: [], get: () => host, close: async () => undefined };
  const context: Context = {
    ...contextOf(),
    hosts: () => hosts,
  };
  return { host, context, machines, volumes, asked, instead, usual, happen };
}

/** A run that can be stopped, and what it told the user. */
export function fakeRun(deadline?: number): Run & { stop(): void; readonly said: string[] } {
  const controller = new AbortController();
  const said: string[] = [];
  const tell = (text: string): void => void said.push(text);
  const log = { status: tell, info: tell, warn: tell, error: tell, debug: () => undefined };
  return { signal: controller.signal, log, deadline, stop: () => controller.abort(), said };
}
