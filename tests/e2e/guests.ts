/** Small guests for the tests of one room: defined by hand, past the provider. */
import { type Host, openHosts } from "../../provider/src/host";
import type { Run } from "../../provider/src/plugin/resource";
import { guest, lab } from "../lab/lab";

export interface Guest {
  readonly uuid: string;
  readonly name: string;
  readonly macs: readonly string[];
}

/** `nth` tells the guests of a run apart; `agent` gives it the agent's channel. */
export async function define(
  host: Host,
  name: string,
  nth: number,
  { agent = true, network = true } = {},
): Promise<Guest> {
  const digits = nth.toString(16).padStart(2, "0");
  const uuid = `0e2e0e2e-0000-4000-8000-0000000000${digits}`;
  const mac = `52:54:00:0e:2e:${digits}`;
  const channel = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>";
  const card = `<interface type='network'><source network='default'/><mac address='${mac}'/><model type='virtio'/></interface>`;
  const xml = `<domain type='qemu'><name>${name}</name><uuid>${uuid}</uuid><memory unit='MiB'>256</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='q35'>hvm</type>
<kernel>${guest.kernel}</kernel><initrd>${guest.initrd}</initrd><cmdline>${guest.cmdline}</cmdline></os>
<features><acpi/></features><cpu mode='custom' match='exact'><model fallback='forbid'>qemu64</model></cpu>
<devices><console type='pty'/>${agent ? channel : ""}${network ? card : ""}
<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng></devices></domain>`;
  // A run that was killed may have left it running.
  await host.call("domainDestroyFlags", { dom: { uuid } }).catch(() => undefined);
  await host.call("domainDefineXmlFlags", { xml });
  return { uuid, name, macs: network ? [mac] : [] };
}

export async function remove(host: Host, { uuid }: Guest): Promise<void> {
  await host.call("domainDestroyFlags", { dom: { uuid } }).catch(() => undefined);
  await host.call("domainUndefineFlags", { dom: { uuid } }).catch(() => undefined);
}

/** The host of this worker, as the provider reaches it. */
export const ownHost = (): { host: Host; close: () => Promise<void> } => {
  const hosts = openHosts({ "": { uri: lab().own.uri } });
  return { host: hosts.get(), close: () => hosts.close() };
};

/** What a call is given; `said` keeps what the user would have read, `seen` waits for it. */
export function running(deadline?: number): Run & {
  readonly said: string[];
  readonly stop: () => void;
  readonly seen: (pattern: RegExp) => Promise<void>;
} {
  const aborter = new AbortController();
  const said: string[] = [];
  const listeners = new Set<() => void>();
  const say = (text: string): void => {
    said.push(text);
    for (const listener of listeners) listener();
  };
  const seen = (pattern: RegExp): Promise<void> =>
    new Promise((done) => {
      const look = (): void => {
        if (!said.some((text) => pattern.test(text))) return;
        listeners.delete(look);
        done();
      };
      listeners.add(look);
      look();
    });
  const log = { status: say, info: say, warn: say, error: say, debug: () => undefined };
  return { signal: aborter.signal, deadline, log, said, seen, stop: () => aborter.abort() };
}
