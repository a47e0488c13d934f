/** The lab for tests: its hosts, commands on them, and what they hold. `make lab` brings it up. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const checkout = resolve(__dirname, "../..");

/** One lab host, as this machine reaches it. */
export interface LabHost {
  readonly name: string;
  /** Which daemons and versions it runs: `tests/lab/kinds.sh`. */
  readonly kind: "monolithic" | "modular" | "trixie";
  /** `qemu+ssh`, with key and known hosts: for virsh and for the provider. */
  readonly uri: string;
  /** Its sshd listens here at port 22. */
  readonly address: string;
  /** Its sshd listens at this port of 127.0.0.1, too. */
  readonly loopbackPort: number;
}
export interface Lab {
  /** The host that belongs to this worker of the tests, or that `LAB_OWN` names: nobody else is at work there. */
  readonly own: LabHost;
  /** A host that no worker owns: every test finds it running, and leaves it as it was. */
  readonly beta: LabHost;
  /** For the one file of tests that starts daemons of its own, which need what this machine has installed. */
  readonly zeta: LabHost;
  /** Runs Debian 13's libvirt, for what must hold on both releases whichever host is one's own. */
  readonly eta: LabHost;
  /** This machine, as the hosts and their guests reach it. */
  readonly gateway: string;
  /** Private key that root (and `visitor`, who may not use libvirt) of every host accepts. */
  readonly key: string;
  readonly knownHosts: string;
  /** For `ssh -F`: names the hosts, and jumps to the guests on their default networks. */
  readonly sshConfig: string;
}

/** The small guest for `<os>`, as hosts see it: 256 MiB are enough; ready some 6 s after start. Needs `make lab` and `tests/lab/guest.sh`. */
export const guest = {
  kernel: "/run/lab/guest/vmlinuz",
  initrd: "/run/lab/guest/initramfs",
  cmdline:
    "console=ttyS0 quiet panic=-1 mitigations=off nokaslr tsc=reliable no_timer_check rcupdate.rcu_expedited=1 audit=0 apparmor=0 cryptomgr.notests",
} as const;

/** The Debian cloud image on this machine (not inside the hosts). Needs `tests/lab/image.sh`. */
export const cloudImage = join(checkout, ".cache/images/debian-12-cloud.qcow2");

/** Reads what `make lab` wrote. */
export function lab(): Lab {
  const file = join(checkout, ".lab/env");
  const values = new Map<string, string>();
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const [, name, value] = /^export (\w+)='(.*)'$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, value);
  }
  const of = (name: string): string => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`${file} has no ${name}: run make lab`);
    return value;
  };
  const host = (name: string): LabHost => ({
    name,
    kind: of(`LAB_${name.toUpperCase()}_KIND`) as LabHost["kind"],
    uri: of(name === "alpha" ? "KVM_URI" : `KVM_URI_${name.toUpperCase()}`),
    address: of(`LAB_${name.toUpperCase()}_ADDR`),
    loopbackPort: Number(of(`LAB_${name.toUpperCase()}_PORT`)),
  });
  const workers = of("LAB_HOSTS")
    .split(" ")
    .filter((name) => !["beta", "zeta", "eta"].includes(name));
  const own = process.env["LAB_OWN"] ?? workers[Number(process.env["JEST_WORKER_ID"] ?? 1) - 1];
  if (own === undefined) throw new Error(`${file} has hosts for ${workers.length} workers only: run jest with as many`);
  return {
    own: host(own),
    beta: host("beta"),
    get zeta() {
      return host("zeta");
    },
    get eta() {
      return host("eta");
    },
    gateway: of("LAB_GATEWAY"),
    key: of("LAB_KEY"),
    knownHosts: of("LAB_KNOWN_HOSTS"),
    sshConfig: of("LAB_SSH_CONFIG"),
  };
}

const output = async (file: string, args: readonly string[]): Promise<string> =>
  (await run(file, [...args], { maxBuffer: 64 * 1024 * 1024 })).stdout;

/** Runs a command inside a host, as its root; fails with what it said on standard error. */
export const on = (host: string, ...command: string[]): Promise<string> =>
  output(join(__dirname, "on.sh"), [host, ...command]);

/** The socket of the host's daemon, as this machine reaches it past ssh: libvirtd's, or that of virtqemud where the daemons are modular. */
export async function daemonSocket(host: string): Promise<string> {
  const script = `. ${join(__dirname, "lab.sh")}; init_of "$0"`;
  const init = (await output("bash", ["-c", script, host])).trim();
  const sockets = ["libvirt-sock", "virtqemud-sock"].map((name) => `/proc/${init}/root/run/libvirt/${name}`);
  const there = sockets.find((path) => existsSync(path));
  if (there === undefined) throw new Error(`${host} has none of ${sockets.join(", ")}: its daemon does not run`);
  return there;
}

/** Runs virsh beside the daemon, past the provider and ssh. */
export const virsh = (host: string, ...args: string[]): Promise<string> =>
  on(host, "virsh", "-q", "-c", "qemu:///system", ...args);

/** Runs a command over ssh on a host by name, or on a guest by address (`root@192.168.122.7`). */
export const ssh = (target: string, ...command: string[]): Promise<string> =>
  output("ssh", ["-F", lab().sshConfig, "-o", "BatchMode=yes", target, "--", ...command]);

/** What befalls the daemon that answers for domains; resolves when it has happened. After `stop` it stays away until `start`; a killed one is replaced at once. */
export async function daemon(host: string, action: "stop" | "start" | "kill" | "restart"): Promise<void> {
  await run(join(__dirname, "daemon.sh"), [host, action]);
}

/** What a host holds, sorted: for comparing before with after. */
export interface Inventory {
  /** `name state` */
  readonly domains: readonly string[];
  readonly networks: readonly string[];
  readonly pools: readonly string[];
  /** `pool/volume` of every active pool. */
  readonly volumes: readonly string[];
}
const lines = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim().replace(/\s+/g, " "))
    .filter(Boolean)
    .sort();

export async function inventory(host: string): Promise<Inventory> {
  const list = async (...args: string[]): Promise<string[]> => lines(await virsh(host, ...args));
  const domains = (await list("list", "--all")).map((line) => line.replace(/^\S+ /, ""));
  const active = await list("pool-list", "--name");
  const volumes = await Promise.all(
    active.map(async (pool) => {
      await virsh(host, "pool-refresh", pool);
      return (await list("vol-list", pool)).map((line) => `${pool}/${line.split(" ")[0]}`);
    }),
  );
  return {
    domains: domains.sort(),
    networks: await list("net-list", "--all"),
    pools: await list("pool-list", "--all"),
    volumes: volumes.flat().sort(),
  };
}

/** Asks the guest agent; resolves with what it returned. */
export async function agent(host: string, domain: string, execute: string, args: object = {}): Promise<unknown> {
  const answer = await virsh(host, "qemu-agent-command", domain, JSON.stringify({ execute, arguments: args }));
  return (JSON.parse(answer) as { return: unknown }).return;
}

/** The guest's boot id, by its agent: the same as long as the guest has not started anew. */
export async function bootId(host: string, domain: string): Promise<string> {
  const handle = await agent(host, domain, "guest-file-open", { path: "/proc/sys/kernel/random/boot_id" });
  const read = (await agent(host, domain, "guest-file-read", { handle, count: 64 })) as { "buf-b64": string };
  await agent(host, domain, "guest-file-close", { handle });
  return Buffer.from(read["buf-b64"], "base64").toString().trim();
}
