/** What holds for all resources together, seen through the real engine on a real host. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { daemon, daemonSocket, inventory, lab, virsh } from "../lab/lab";
import { nameOf, wholeMessages } from "../relay/messages";
import { relay } from "../relay/relay";
import { type Stack, stack } from "./engine";

const { name: own, uri } = lab().own;

/** A pool, a network, a volume and a stopped machine that uses them all. */
const whole = (extra = "", secret = ""): string => `resources:
  pool:
    type: kvm:Pool
    properties: { name: e2e-life, type: dir, path: /var/lib/libvirt/e2e-life }
  net:
    type: kvm:Network
    properties:
      forward: { mode: nat }
      ips: [{ address: 10.199.7.1, prefix: 24, dhcp: { ranges: [{ start: 10.199.7.10, end: 10.199.7.90 }] } }]
  disk:
    type: kvm:Volume
    properties: { pool: "\${pool.name}", capacity: 64MiB }
  vm:
    type: kvm:Domain
    properties:
      memory: 128MiB
      vcpus: 1
      powerState: stopped
      disks: [{ volume: "\${disk.id}" }]
      interfaces: [{ network: "\${net.name}" }]
${extra}${secret}outputs:
  uuid: \${vm.uuid}
  name: \${vm.name}
`;

describe("a program with every kind of resource", () => {
  let s: Stack;
  let before: unknown;
  beforeAll(async () => {
    before = await inventory(own);
    s = stack({ uri });
  });
  afterAll(async () => {
    await s.destroy();
    s.remove();
  });

  test("a saved plan for a new stack is carried out as previewed: names, UUIDs and MACs included", async () => {
    s.program(whole());
    const plan = join(s.dir, "plan.json");
    await s.preview("--save-plan", plan);
    const planned = readFileSync(plan, "utf8");
    const done = await s.up("--plan", plan);
    expect(done.changes).toEqual({ create: 4 });
    const { uuid, name } = await s.outputs();
    expect(planned).toContain(String(uuid));
    expect(planned).toContain(String(name));
    const mac = /52:54:00(:[0-9a-f]{2}){3}/.exec(await virsh(own, "dumpxml", String(name)))?.[0];
    expect(mac).toBeDefined();
    expect(planned).toContain(String(mac));
  });

  test("afterwards preview, up and refresh find nothing to do", async () => {
    expect((await s.preview("--expect-no-changes")).changes).toEqual({});
    expect((await s.up("--expect-no-changes")).changes).toEqual({});
    const refreshed = await s.refresh("--expect-no-changes");
    expect(refreshed.text).not.toMatch(/updated|deleted/);
  });

  test("another spelling of the same host's URI plans nothing for the resources", async () => {
    await s.pulumi("config", "set", "kvm:uri", `${uri}&no_tty=1`);
    const { steps } = await s.preview();
    expect(steps.filter(({ op }) => op !== "same")).toEqual([]);
    await s.pulumi("config", "set", "kvm:uri", String(uri));
  });

  test("ignoreChanges holds beside an unrelated update", async () => {
    s.program(
      whole("      title: a new title\n")
        .replace("memory: 128MiB", "memory: 192MiB")
        .replace(
          "  vm:\n    type: kvm:Domain\n",
          "  vm:\n    type: kvm:Domain\n    options: { ignoreChanges: [memory] }\n",
        ),
    );
    const { steps } = await s.up();
    expect(steps.find(({ name }) => name === "vm")?.op).toBe("update");
    const xml = await virsh(own, "dumpxml", "--inactive", String((await s.outputs())["name"]));
    expect(xml).toContain("<title>a new title</title>");
    expect(xml).toContain("<memory unit='KiB'>131072</memory>");
    s.program(whole());
    await s.up();
  });

  test("a renamed stack changes nothing", async () => {
    await s.pulumi("stack", "rename", "renamed");
    expect((await s.up("--stack", "renamed", "--expect-no-changes")).changes).toEqual({});
    await s.pulumi("stack", "rename", "--stack", "renamed", "test");
  });

  test("defaults of another version of the provider plan nothing for existing machines", async () => {
    const state = JSON.parse(await s.exported()) as {
      deployment: { resources: { type: string; inputs: Record<string, unknown> }[] };
    };
    const vm = state.deployment.resources.find(({ type }) => type === "kvm:index:Domain");
    // A version that knew no default for these left no record of one; the machine on the host is what it made.
    const defaults = vm?.inputs["__defaults"] as Record<string, unknown>;
    expect(Object.keys(defaults).length).toBeGreaterThan(0);
    expect(defaults).toHaveProperty("memballoons");
    delete defaults["memballoons"];
    const file = join(s.dir, "state.json");
    writeFileSync(file, JSON.stringify(state));
    await s.pulumi("stack", "import", "--file", file);
    expect((await s.preview("--expect-no-changes")).changes).toEqual({});
  });

  test("destroy leaves the host as it was", async () => {
    await s.destroy();
    expect(await inventory(own)).toEqual(before);
  });
});

test("planted secrets are in no export, log or diff", async () => {
  const s = stack({ uri });
  const planted = "correct-horse-battery-staple";
  try {
    await s.pulumi("config", "set", "--secret", "planted", planted);
    const program = (title: string): string => `config: { planted: { type: string, secret: true } }
resources:
  vm:
    type: kvm:Domain
    properties:
      title: ${title}
      memory: 64MiB
      vcpus: 1
      powerState: stopped
      description: \${planted}
      cloudInit: { userData: "#cloud-config\\npassword: \${planted}\\n" }
`;
    s.program(program("one"));
    // With these the engine tells all that it and its plugins have to say.
    const loud = ["--diff", "-v=9", "--logtostderr"];
    const said: Record<string, string> = {};
    said["preview"] = (await s.preview()).text;
    said["up"] = (await s.up(...loud)).text;
    s.program(program("two"));
    said["preview of a change"] = (await s.preview()).text;
    said["change"] = (await s.up(...loud)).text;
    said["refresh"] = (await s.refresh(...loud)).text;
    said["export"] = await s.exported();
    said["destroy"] = (await s.destroy(...loud)).text;
    // So loud, the engine itself writes every property that it sends to a plugin and gets from it.
    const engines = /"msg":"(Unm|M)arshaling property for RPC\[/;
    const lines = Object.entries(said).flatMap(([command, text]) =>
      text.split("\n").map((line) => `${command}: ${line}`),
    );
    expect(lines.some((line) => engines.test(line))).toBe(true);
    expect(lines.filter((line) => line.includes(planted) && !engines.test(line))).toEqual([]);
  } finally {
    await s.destroy();
    s.remove();
  }
});

test("30 machines at --parallel 64 come up at once and go", async () => {
  const s = stack({ uri });
  const before = await inventory(own);
  const names = Array.from({ length: 30 }, (_, i) => `m${i}`);
  s.program(
    `resources:\n${names
      .map(
        (name) => `  d-${name}: { type: "kvm:Volume", properties: { pool: default, capacity: 8MiB } }
  ${name}: { type: "kvm:Domain", properties: { memory: 32MiB, vcpus: 1, powerState: stopped, disks: [{ volume: "\${d-${name}.id}" }], interfaces: [{ network: default }] } }\n`,
      )
      .join("")}`,
  );
  expect((await s.up("--parallel", "64")).changes).toEqual({ create: 60 });
  expect((await s.refresh("--parallel", "64", "--expect-no-changes")).code).toBe(0);
  await s.destroy("--parallel", "64");
  expect(await inventory(own)).toEqual(before);
  s.remove();
});

test("a daemon killed in the middle of an up: the up goes on, with no orphan", async () => {
  const s = stack({ uri });
  const before = await inventory(own);
  const names = Array.from({ length: 12 }, (_, i) => `k${i}`);
  s.program(
    `resources:\n${names
      .map(
        (name) => `  d-${name}: { type: "kvm:Volume", properties: { pool: default, capacity: 8MiB } }
  ${name}: { type: "kvm:Domain", properties: { memory: 32MiB, vcpus: 1, powerState: stopped, disks: [{ volume: "\${d-${name}.id}" }] } }\n`,
      )
      .join("")}`,
  );
  const running = s.start("up", "--yes", "--skip-preview", "--parallel", "2");
  await running.seen(/d-k\d+.*created/);
  await daemon(own, "kill");
  const { code, text } = await running.outcome;
  expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
  expect((await s.preview("--expect-no-changes")).changes).toEqual({});
  await s.destroy();
  expect(await inventory(own)).toEqual(before);
  s.remove();
});

test("provider and engine killed -9 in the middle of a replacement: the next up ends it", async () => {
  const s = stack({ uri });
  const before = await inventory(own);
  const program = (name: string): string => `resources:
  disk: { type: "kvm:Volume", properties: { pool: default, capacity: 8MiB } }
  vm:
    type: kvm:Domain
    properties: { name: ${name}, memory: 32MiB, vcpus: 1, powerState: stopped, disks: [{ volume: "\${disk.id}" }] }
`;
  s.program(program("e2e-first"));
  await s.up();
  s.program(program("e2e-second"));
  const running = s.start("up", "--yes", "--skip-preview");
  await running.seen(/vm.*(creating|created) replacement|vm.*(deleting|deleted)/i);
  running.process.kill("SIGKILL");
  await running.outcome;
  await s.pulumi("cancel", "--yes");
  await s.up();
  expect((await s.preview("--expect-no-changes")).changes).toEqual({});
  const names = (await virsh(own, "list", "--all", "--name")).split("\n").filter((name) => name.startsWith("e2e-"));
  expect(names).toEqual(["e2e-second"]);
  await s.destroy();
  expect(await inventory(own)).toEqual(before);
  s.remove();
});

test.each([
  ["before", "client: domainDefineXmlFlags call"],
  ["after", "server: domainDefineXmlFlags reply"],
])(
  "provider and engine killed -9 in the middle of a create, %s the definition: the next up ends it",
  async (_, held) => {
    let reached = (): void => undefined;
    const stands = new Promise<void>((done) => {
      reached = done;
    });
    let open = false;
    const way = await relay({
      to: { path: await daemonSocket(own) },
      on: "socket",
      split: wholeMessages,
      gate: (from, bytes, pass) => {
        if (open || nameOf(from, bytes) !== held) return pass();
        reached();
      },
    });
    const s = stack({ uri: `qemu+unix:///system?socket=${way.path}` });
    const before = await inventory(own);
    try {
      s.program(`resources:
  vm:
    type: kvm:Domain
    properties: { name: e2e-killed, memory: 32MiB, vcpus: 1, powerState: stopped, cloudInit: { userData: "#cloud-config\\n" } }
`);
      const running = s.start("up", "--yes", "--skip-preview");
      await Promise.race([stands, running.outcome]);
      const providers = childrenOf(running.process.pid ?? 0);
      expect(providers.length).toBeGreaterThan(0);
      running.process.kill("SIGKILL");
      for (const pid of providers) process.kill(Number(pid), "SIGKILL");
      await running.outcome;
      open = true;
      await s.pulumi("cancel", "--yes");
      expect((await s.up()).changes).toEqual({ create: 1 });
      expect((await s.preview("--refresh", "--expect-no-changes")).code).toBe(0);
      await s.destroy();
      expect(await inventory(own)).toEqual(before);
    } finally {
      s.remove();
      await way.close();
    }
  },
);

test("power states, replaceOnChanges and pulumi:autonaming are as the program and its configuration say", async () => {
  const s = stack({ uri });
  const says = (powerState: string, title: string): void =>
    s.program(`resources:
  vm:
    type: kvm:Domain
    properties: { memory: 32MiB, vcpus: 1, powerState: ${powerState}, title: ${title}, shutdown: { method: force } }
    options: { replaceOnChanges: [title] }
outputs: { uuid: "\${vm.uuid}", name: "\${vm.name}" }
`);
  try {
    await s.pulumi("config", "set", "--path", "pulumi:autonaming.pattern", `e2e-named-\${name}`);
    const states = { stopped: "shut off", running: "running", paused: "paused" };
    for (const state of ["stopped", "paused", "running", "paused", "stopped"] as const) {
      says(state, "one");
      await s.up();
      expect((await virsh(own, "domstate", "e2e-named-vm")).trim()).toBe(states[state]);
    }
    const first = await s.outputs();
    expect(first["name"]).toBe("e2e-named-vm");
    says("stopped", "two");
    expect((await s.up()).steps.map(({ op }) => op)).toContain("replace");
    const second = await s.outputs();
    expect([second["name"], second["uuid"] === first["uuid"]]).toEqual(["e2e-named-vm", false]);
    expect(await virsh(own, "desc", "--title", "e2e-named-vm")).toMatch(/two/);
  } finally {
    await s.destroy();
    s.remove();
  }
});

test("Ctrl-C during a wait ends at once and keeps the machine", async () => {
  const s = stack({ uri });
  s.program(`resources:
  vm:
    type: kvm:Domain
    properties:
      memory: 64MiB
      vcpus: 1
      interfaces: [{ network: default }]
      shutdown: { method: force }
      waitFor: { address: any, timeout: 300 }
`);
  const running = s.start("up", "--yes", "--skip-preview");
  await running.seen(/waiting for an address/i);
  const start = Date.now();
  running.process.kill("SIGINT");
  const { code } = await running.outcome;
  expect(code).not.toBe(0);
  expect(Date.now() - start).toBeLessThan(60_000);
  const state = await s.exported();
  expect(state).toContain("kvm:index:Domain");
  await s.destroy();
  s.remove();
});

test("a guest that never gets an address: the update fails and says why, the machine is kept, and the next up waits again", async () => {
  const s = stack({ uri });
  const waiting = (timeout: string, options = ""): string => `resources:
  vm:
    type: kvm:Domain
${options}    properties:
      memory: 64MiB
      vcpus: 1
      # Its firmware would ask for an address too.
      interfaces: [{ network: default, link: down }]
      shutdown: { method: force }
      waitFor: { address: any${timeout} }
outputs:
  uuid: \${vm.uuid}
`;
  const said = /no address within \d s \(lease: none; arp: .*; agent: .*\)\. The machine is kept/;
  try {
    s.program(waiting("", "    options: { customTimeouts: { create: 9s } }\n"));
    expect((await s.fails("up")).text).toMatch(said);
    const id = (await virsh(own, "list", "--uuid")).trim();
    // What only looks must not forget that the wait is still open.
    expect((await s.refresh()).text).toMatch(/was not there in time: `pulumi up` waits again/);
    s.program(waiting(", timeout: 3"));
    const again = await s.fails("up");
    expect(again.text).toMatch(said);
    expect(again.changes).toEqual({ update: 1 });
    expect((await virsh(own, "list", "--uuid")).trim()).toBe(id);
  } finally {
    await s.destroy();
    s.remove();
  }
});

test("what is replaced on demand under the same identity stays, and the state tells the truth", async () => {
  const s = stack({ uri });
  try {
    s.program(`resources:
  lan: { type: "kvm:Network", properties: { ips: [{ address: 10.96.9.1, prefix: 24 }] } }
  disk: { type: "kvm:Volume", properties: { pool: default, capacity: 1MiB } }
  vm: { type: "kvm:Domain", properties: { memory: 32MiB, vcpus: 1, powerState: stopped } }
outputs: { lan: "\${lan.name}", disk: "\${disk.path}", vm: "\${vm.name}" }
`);
    await s.up();
    const made = await s.outputs();
    const urns = ["Network::lan", "Volume::disk", "Domain::vm"].map((urn) => `urn:pulumi:test::e2e::kvm:index:${urn}`);
    const { text } = await s.up(...urns.flatMap((urn) => ["--replace", urn]));
    expect(text.match(/set the option deleteBeforeReplace/g)?.length).toBeGreaterThanOrEqual(urns.length);
    expect(await s.outputs()).toEqual(made);
    const left = (await s.preview("--refresh")).changes;
    expect({ ...left, refresh: 0 }).toEqual({ refresh: 0 });
  } finally {
    await s.destroy();
    s.remove();
  }
});

test("a machine that runs on a disk is renamed: the old one lets go of it first", async () => {
  const s = stack({ uri });
  const named = (name: string): string => `resources:
  disk: { type: "kvm:Volume", properties: { pool: default, capacity: 1MiB } }
  vm:
    type: kvm:Domain
    properties: { name: ${name}, memory: 32MiB, vcpus: 1, shutdown: { method: force }, disks: [{ volume: "\${disk.id}" }] }
`;
  try {
    s.program(named("e2e-before"));
    await s.up();
    s.program(named("e2e-after"));
    expect((await s.preview()).text).toMatch(
      /domain e2e-before is deleted before the new one is made: both cannot have the same disks at once/,
    );
    await s.up();
    expect(await virsh(own, "list", "--name")).toMatch(/^e2e-after$/m);
    expect(await virsh(own, "list", "--all", "--name")).not.toMatch(/e2e-before/);
  } finally {
    await s.destroy();
    s.remove();
  }
});

test("a disk that the same program makes is added to a machine: the preview says so", async () => {
  const s = stack({ uri });
  const disks = (...names: string[]): string => `resources:
${names.map((name) => `  ${name}: { type: "kvm:Volume", properties: { pool: default, capacity: 1MiB } }`).join("\n")}
  vm:
    type: kvm:Domain
    properties: { memory: 32MiB, vcpus: 1, powerState: stopped, disks: [${names.map((name) => `{ volume: "\${${name}.id}" }`).join(", ")}] }
`;
  try {
    s.program(disks("one"));
    await s.up();
    s.program(disks("two", "one"));
    expect((await s.preview()).changes).toEqual({ create: 1, update: 1 });
    expect((await s.up()).changes).toEqual({ create: 1, update: 1 });
  } finally {
    await s.destroy();
    s.remove();
  }
});

test("two stacks with the same names: the second is told whose they are and how to import them", async () => {
  const program = `resources:
  vm: { type: "kvm:Domain", properties: { name: e2e-twice, memory: 32MiB, vcpus: 1, powerState: stopped } }
  disk: { type: "kvm:Volume", properties: { name: e2e-twice, pool: default, capacity: 1MiB } }
`;
  const others = `  net: { type: "kvm:Network", properties: { name: default } }
  store: { type: "kvm:Pool", properties: { name: default, path: /var/lib/libvirt/elsewhere } }
`;
  const [one, two] = [stack({ uri }), stack({ uri })];
  try {
    one.program(program);
    two.program(program + others);
    expect((await one.up()).text).not.toMatch(/will refuse/);
    const foretold = (await two.preview()).text;
    for (const line of [
      "Domain vm [0-9a-f-]{36}",
      "Volume disk default/e2e-twice",
      "Network net default",
      "Pool store default",
    ])
      expect(foretold).toMatch(new RegExp(`pulumi import kvm:index:${line}.*the update will refuse it`));
    two.program(program);
    const { text } = await two.fails("up");
    expect(text).toMatch(/e2e-twice/);
    expect(text).toMatch(/pulumi import kvm:index:Domain vm [0-9a-f]{8}-/);
    expect((await one.refresh("--expect-no-changes")).code).toBe(0);
  } finally {
    await two.destroy();
    await one.destroy();
    one.remove();
    two.remove();
  }
});

test("an engine killed with -9: the provider ends too", async () => {
  const s = stack({ uri });
  s.program(`resources:
  vm:
    type: kvm:Domain
    properties: { name: e2e-orphan, memory: 64MiB, vcpus: 1, interfaces: [{ network: default }], waitFor: { address: any, timeout: 300 } }
`);
  const running = s.start("up", "--yes", "--skip-preview");
  await running.seen(/waiting for an address/i);
  const providers = childrenOf(running.process.pid ?? 0);
  expect(providers.length).toBeGreaterThan(0);
  running.process.kill("SIGKILL");
  await running.outcome;
  const end = Date.now() + 10_000;
  while (providers.some((pid) => existsSync(`/proc/${pid}`)) && Date.now() < end)
    await new Promise((tick) => setTimeout(tick, 50));
  expect(providers.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  await s.pulumi("cancel", "--yes");
  await s.up("--target", "urn:pulumi:test::e2e::pulumi:pulumi:Stack::e2e-test").catch(() => undefined);
  await virsh(own, "destroy", "e2e-orphan");
  await s.pulumi("stack", "rm", "--force", "--yes");
  await virsh(own, "undefine", "e2e-orphan");
  s.remove();
});

/** The providers under a running engine: all processes below it whose command is ours. */
function childrenOf(pid: number): string[] {
  const all = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
  const rows = all.map((row) => row.trim().split(/\s+/));
  const below = new Set([String(pid)]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const [child = "", parent = ""] of rows)
      if (below.has(parent) && !below.has(child)) grew = Boolean(below.add(child));
  }
  return rows
    .filter(([child = "", , ...args]) => below.has(child) && args.join(" ").includes("/bin/main.cjs"))
    .map(([child = ""]) => child);
}
