/** The lab itself: a second `up` changes nothing, hosts are of the kind that was asked for, a killed lab heals, two checkouts do not meet, `down` leaves nothing. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { daemon, inventory, lab, on, ssh, virsh } from "../lab/lab";

jest.setTimeout(120_000);

const here = join(__dirname, "../lab");
const script = (dir: string, name: string, ...args: string[]): string =>
  execFileSync(join(dir, name), args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** A file of `/proc/PID`; empty where the process ended while we looked. */
function proc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
/** Every process that carries the mark of a lab, or of one host of it (`LAB/HOST`). */
const marked = (id: string): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => proc(pid, "environ").includes(`KVM_LAB=${id}`));
/** A host's first process is PID 1 to itself. Numbers wrap, so the lowest need not be the first. */
const init = (id: string): number | undefined =>
  marked(id).find((pid) => /^NSpid:\t\d+\t1$/m.test(proc(pid, "status")));
/** The rest of a host ends with its first process, perhaps before its turn came. */
function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
const values = (dir: string): Record<string, string> =>
  Object.fromEntries(
    [...readFileSync(join(dir, "../../.lab/env"), "utf8").matchAll(/^export (\w+)='(.*)'$/gm)].map(
      ([, name, value]) => [name, value],
    ),
  );

describe("the lab of this checkout", () => {
  it("is left alone by a second up", () => {
    const beta = `${values(here).LAB_ID}/beta`;
    const before = init(beta);
    expect(before).toBeDefined();
    expect(script(here, "up.sh", "beta")).not.toContain("started");
    expect(init(beta)).toBe(before);
  });

  it("is reached by virsh over ssh, with the host keys checked", () => {
    for (const host of [lab().own, lab().beta])
      expect(execFileSync("virsh", ["-q", "-c", host.uri, "net-list", "--name"], { encoding: "utf8" }).trim()).toBe(
        "default",
      );
  });

  it("refuses a visitor at the socket", async () => {
    await expect(ssh(`visitor@${lab().own.name}`, "virsh", "-c", "qemu:///system", "list")).rejects.toThrow(
      /Permission denied/,
    );
    expect(await ssh(lab().own.name, "hostname")).toBe(`${lab().own.name}\n`);
  });

  it("keeps libvirt away while it is stopped, and replaces a killed one", async () => {
    const { name: own, kind } = lab().own;
    const pid = `/run/lab/${kind === "modular" ? "virtqemud" : "libvirtd"}.pid`;
    const before = await inventory(own);
    await daemon(own, "stop");
    await expect(virsh(own, "uri")).rejects.toThrow(/(libvirt|virtqemud)-sock/);
    await daemon(own, "start");
    const first = await on(own, "cat", pid);
    await daemon(own, "kill");
    expect(await on(own, "cat", pid)).not.toBe(first);
    expect(await inventory(own)).toEqual(before);
  });
});

describe("a second lab on the same machine", () => {
  const checkout = mkdtempSync(join(tmpdir(), "kvm lab-"));
  const dir = join(checkout, "tests/lab");
  let id = "";
  beforeAll(() => {
    mkdirSync(join(checkout, "tests"));
    cpSync(here, dir, { recursive: true });
    // What the kinds are made of is of the same recipe here.
    mkdirSync(join(checkout, ".cache"));
    for (const made of ["modular", "trixie"])
      symlinkSync(join(here, "../../.cache", made), join(checkout, ".cache", made));
    script(dir, "up.sh", "gamma", "delta:modular", "epsilon:trixie");
    id = values(dir).LAB_ID ?? "";
  });
  afterAll(() => {
    if (existsSync(join(dir, "down.sh"))) script(dir, "down.sh");
    rmSync(checkout, { recursive: true, force: true });
  });

  const uri = (): string => values(dir).KVM_URI_GAMMA ?? "";
  const list = (...args: string[]): string =>
    execFileSync("virsh", ["-q", "-c", uri(), ...args], { encoding: "utf8" }).trim();

  it("has a network of its own", () => {
    expect(values(dir).LAB_GATEWAY).not.toBe(lab().gateway);
    expect(list("pool-list", "--name").trim()).toBe("default");
  });

  const sockets = (): string => script(dir, "on.sh", "delta", "ls", "/run/libvirt");
  const versions = (host: string): string => script(dir, "on.sh", host, "virsh", "-c", "qemu:///system", "version");

  it("has a host of modular daemons, where libvirt-sock is served only on demand", () => {
    expect(sockets()).toMatch(/^virtqemud-sock$/m);
    expect(sockets()).not.toMatch(/^libvirt-sock$/m);
    script(dir, "daemon.sh", "delta", "start", "virtproxyd");
    expect(sockets()).toMatch(/^libvirt-sock$/m);
    script(dir, "daemon.sh", "delta", "stop", "virtproxyd");
    script(dir, "daemon.sh", "delta", "kill", "virtnetworkd");
    expect(script(dir, "on.sh", "delta", "virsh", "-q", "-c", "qemu:///system", "net-list", "--name").trim()).toBe(
      "default",
    );
  });

  it("has a host of Debian 13", () => {
    expect(versions("epsilon")).toMatch(/Using API: QEMU 11\.[\s\S]*Running hypervisor: QEMU 10\./);
    expect(versions("gamma")).toMatch(/Using API: QEMU 9\./);
  });

  it("remembers a host's kind, and takes no other name for one", () => {
    expect(script(dir, "up.sh", "delta", "epsilon")).not.toMatch(/started|becomes/);
    expect(() => script(dir, "up.sh", "delta:potato")).toThrow(/'potato' is no kind of host/);
  });

  it("comes back with what it held after its first processes were killed", () => {
    list("vol-create-as", "default", "kept", "1M");
    for (const pid of marked(id)) kill(pid);
    expect(script(dir, "up.sh", "gamma", "delta", "epsilon")).toContain("started gamma delta epsilon");
    expect(list("vol-list", "default")).toContain("kept");
    expect(sockets()).not.toMatch(/^libvirt-sock$/m);
    expect(versions("epsilon")).toMatch(/Using API: QEMU 11\./);
    expect(list("net-list", "--name").trim()).toBe("default");
  });

  it("starts a host anew when it is to be of another kind", () => {
    expect(script(dir, "up.sh", "gamma:modular")).toMatch(/gamma becomes modular[\s\S]*started gamma/);
    expect(list("vol-list", "default")).toBe("");
  });

  it("comes back when its state was deleted under it", () => {
    rmSync(join(checkout, ".lab"), { recursive: true });
    expect(script(dir, "up.sh", "gamma")).toContain("started gamma");
    expect(list("vol-list", "default")).toBe("");
  });

  it("leaves nothing when it goes down", () => {
    script(dir, "down.sh");
    expect(marked(id)).toEqual([]);
    expect(readdirSync("/sys/class/net").filter((name) => name.startsWith(`lab${id}`))).toEqual([]);
    expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain(id);
    const cgroups = readFileSync("/proc/mounts", "utf8")
      .split("\n")
      .filter((line) => / cgroup2? /.test(line))
      .map((line) => line.split(" ")[1] ?? "");
    expect(cgroups.filter((mount) => existsSync(join(mount, `lab${id}`)))).toEqual([]);
    expect(existsSync(`/etc/ssh/ssh_config.d/lab${id}.conf`)).toBe(false);
    expect(existsSync(join(checkout, ".lab"))).toBe(false);
  });
});
