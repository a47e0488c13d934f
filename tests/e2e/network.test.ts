/** Networks, by the real engine on a real host. */
import { execFileSync } from "node:child_process";
import { daemonSocket, lab, on, virsh } from "../lab/lab";
import { nameOf, wholeMessages } from "../relay/messages";
import { type Relay, relay } from "../relay/relay";
import { type Outcome, type Stack, stack } from "./engine";

const { name: own, uri } = lab().own;
let s: Stack;
beforeAll(() => {
  s = stack({ uri });
});
afterAll(async () => {
  await s.destroy();
  s.remove();
  expect(await virsh(own, "net-list", "--all", "--name")).not.toMatch(/e2e-|kvm-replug/);
});
const planned = ({ changes: { refresh: _, ...rest } }: Outcome): Record<string, number> => rest;
const program = (more = "", hosts = "", ranges = "{ start: 10.96.1.10, end: 10.96.1.99 }"): string => `resources:
  lan:
    type: kvm:Network
    properties:
      name: e2e-lan
      forward: { mode: nat }
      ips: [{ address: 10.96.1.1, prefix: 24, dhcp: { ranges: [${ranges}], hosts: [{ mac: '52:54:00:00:96:01', ip: 10.96.1.11 }${hosts}] } }]
      ${more}
outputs: { bridge: "\${lan.bridge}" }
`;
const xml = (...flags: string[]): Promise<string> => virsh(own, "net-dumpxml", "e2e-lan", ...flags);
const state = async (): Promise<string> => virsh(own, "net-info", "e2e-lan");
/** Changes whenever the network was stopped and started. */
const bridge = (): Promise<string> =>
  on(own, "sh", "-c", "ip -o link show $(virsh net-info e2e-lan | awk '/Bridge/{print $2}') | cut -d: -f1");

test("is made, started, marked for the host's start; then there is nothing to do", async () => {
  s.program(program());
  expect(planned(await s.up())).toEqual({ create: 1 });
  expect(await state()).toMatch(/Active:\s+yes[\s\S]*Persistent:\s+yes[\s\S]*Autostart:\s+yes/);
  expect((await s.outputs())["bridge"]).toMatch(/^virbr\d+$/);
  expect(planned(await s.preview("--refresh"))).toEqual({});
}, 60_000);

test("DHCP hosts, ranges and DNS entries change while the network runs on", async () => {
  const before = await bridge();
  s.program(
    program(
      "dns: { hosts: [{ ip: 10.96.1.5, hostnames: [db.lan] }], txts: [{ name: t, value: v }] }",
      ", { mac: '52:54:00:00:96:02', ip: 10.96.1.12, name: two }",
      "{ start: 10.96.1.10, end: 10.96.1.50 }",
    ),
  );
  expect(planned(await s.up())).toEqual({ update: 1 });
  for (const now of [await xml(), await xml("--inactive")]) {
    expect(now).toMatch(/name='two' ip='10.96.1.12'/);
    expect(now).toMatch(/<hostname>db.lan/);
    expect(now).toMatch(/end='10.96.1.50'/);
  }
  expect(await bridge()).toBe(before);
  expect(planned(await s.preview("--refresh"))).toEqual({});
}, 60_000);

test("what somebody changed is put back, that and nothing else", async () => {
  const [before, meant] = [await bridge(), await xml("--inactive")];
  await virsh(
    own,
    "net-update",
    "e2e-lan",
    "add-last",
    "ip-dhcp-host",
    "<host mac='52:54:00:00:96:09' ip='10.96.1.19'/>",
    "--config",
    "--live",
  );
  await virsh(own, "net-update", "e2e-lan", "delete", "dns-txt", "<txt name='t' value='v'/>", "--config", "--live");
  const { steps } = await s.up("--refresh");
  expect(steps.filter(({ op }) => op === "update")).toHaveLength(1);
  expect(await xml("--inactive")).toBe(meant);
  expect(await bridge()).toBe(before);
}, 60_000);

test("a stopped network is seen and started again", async () => {
  await virsh(own, "net-destroy", "e2e-lan");
  expect((await s.refresh()).text).toMatch(/network e2e-lan on host .* is not active/);
  expect(planned(await s.up())).toEqual({ update: 1 });
  expect(await state()).toMatch(/Active:\s+yes/);
}, 60_000);

test("what only a restart can change is announced, and running guests keep their network", async () => {
  const domain =
    "<domain type='qemu'><name>e2e-net</name><memory unit='MiB'>32</memory><os><type arch='x86_64' machine='q35'>hvm</type></os><devices><interface type='network'><mac address='52:54:00:00:96:01'/><source network='e2e-lan'/><model type='virtio'/></interface></devices></domain>";
  await on(own, "sh", "-c", 'printf %s "$1" > /tmp/e2e-net.xml && virsh create /tmp/e2e-net.xml', "sh", domain);
  try {
    const [, nic = ""] = /(vnet\d+)/.exec(await virsh(own, "domiflist", "e2e-net")) ?? [];
    const before = await bridge();
    s.program(program("domain: { name: lan.test }"));
    expect((await s.preview()).text).toMatch(/network e2e-lan on host .* will be restarted/);
    const { text } = await s.up();
    expect(text).toMatch(/was restarted: domain e2e-net lost its link/);
    expect(await bridge()).not.toBe(before);
    const [, name = ""] = /Bridge:\s+(\S+)/.exec(await state()) ?? [];
    expect(await on(own, "ip", "-o", "link", "show", nic)).toContain(`master ${name} `);
    expect(planned(await s.preview("--refresh"))).toEqual({});
    // It is nobody's of this stack, and nothing tells it that its network goes.
    expect((await s.fails("destroy")).text).toMatch(/network e2e-lan on host .* in use: domain e2e-net/);
    expect(await state()).toMatch(/Active:\s+yes/);
  } finally {
    await virsh(own, "destroy", "e2e-net");
  }
}, 90_000);

describe("the provider is killed while it restarts a network", () => {
  const domain =
    "<domain type='qemu'><name>e2e-cut-off</name><memory unit='MiB'>32</memory><os><type arch='x86_64' machine='q35'>hvm</type></os><devices><interface type='network'><mac address='52:54:00:00:96:21'/><source network='e2e-cut'/><model type='virtio'/></interface></devices></domain>";
  let way: Relay;
  let cut: Stack;
  let doom: { readonly message: string; readonly kill: () => void } | undefined;
  beforeAll(async () => {
    way = await relay({
      to: { path: await daemonSocket(own) },
      on: "socket",
      split: wholeMessages,
      fate: ({ from, bytes }) => {
        if (doom?.message !== nameOf(from, bytes)) return "pass";
        doom.kill();
        doom = undefined;
        return { cut: 0 };
      },
    });
    cut = stack({ uri: `qemu+unix:///system?socket=${way.path}` });
    cut.program(named("first"));
    await cut.up();
    await on(own, "sh", "-c", 'printf %s "$1" > /tmp/e2e-cut.xml && virsh create /tmp/e2e-cut.xml', "sh", domain);
  }, 60_000);
  afterAll(async () => {
    await on(own, "sh", "-c", "virsh -q destroy e2e-cut-off || true");
    await cut.destroy();
    cut.remove();
    await way.close();
  });
  const named = (name: string, more = ""): string =>
    `resources: { cut: { type: "kvm:Network", properties: { name: e2e-cut, domain: { name: ${name}.test }, ips: [{ address: 10.96.7.1, prefix: 24 }]${more} } } }\n`;
  /** The bridge that the guest's card is on, and that of the network. */
  const bridges = async (): Promise<(string | undefined)[]> => {
    const [, nic = ""] = /(vnet\d+)/.exec(await virsh(own, "domiflist", "e2e-cut-off")) ?? [];
    const link = await on(own, "ip", "-o", "link", "show", nic);
    const network = await virsh(own, "net-info", "e2e-cut");
    return [/ master (\S+) /.exec(link)?.[1], /Bridge:\s+(\S+)/.exec(network)?.[1]];
  };

  /** An `up` of that domain name which ends, engine and provider, at that message. */
  const killedAt = async (message: string, name: string): Promise<void> => {
    cut.program(named(name));
    const running = cut.start("up", "--yes", "--skip-preview");
    const engine = Number(running.process.pid);
    const family = (): string[] =>
      execFileSync("pgrep", ["-P", String(engine)])
        .toString()
        .split("\n");
    const kill = (): void => {
      for (const pid of [engine, ...family().filter(Boolean).map(Number)]) process.kill(pid, "SIGKILL");
    };
    doom = { message, kill };
    await running.outcome;
    expect(doom).toBeUndefined();
    await cut.pulumi("cancel", "--yes");
  };
  const networks = (): Promise<string> => virsh(own, "net-list", "--all", "--name");

  test.each([
    ["the new definition is written", "server: networkDefineXml reply", "up"],
    ["it is stopped", "server: networkDestroy reply", "up"],
    ["it runs again", "server: networkCreate reply", "refresh"],
    ["a guest is away from it", "server: domainUpdateDeviceFlags reply", "refresh"],
  ])(
    "when %s: the next run ends the restart, and the guest has its network",
    async (_when, message, first) => {
      const name = String(message.split(" ")[1]).toLowerCase();
      await killedAt(message, name);
      if (first === "refresh") expect((await cut.refresh()).text).toMatch(/was being restarted when that was cut off/);
      await cut.up();
      expect(await virsh(own, "net-dumpxml", "e2e-cut")).toContain(`<domain name='${name}.test'`);
      const [guest, network] = await bridges();
      expect(guest).toBe(network);
      expect(await networks()).not.toContain("kvm-replug");
      expect(planned(await cut.preview("--refresh"))).toEqual({});
    },
    120_000,
  );

  test("and it shall be inactive then: guests have it back, and without any it is, with nothing left beside it", async () => {
    await killedAt("server: networkDestroy reply", "third");
    expect(await networks()).toContain("kvm-replug");
    cut.program(named("third", ", active: false"));
    expect((await cut.fails("up")).text).toMatch(/network e2e-cut on host .*in use: domain e2e-cut-off/);
    const [guest, network] = await bridges();
    expect(guest).toBe(network);
    await cut.refresh();
    await killedAt("server: networkDestroy reply", "fourth");
    await virsh(own, "destroy", "e2e-cut-off");
    cut.program(named("fourth", ", active: false"));
    await cut.up();
    expect(await virsh(own, "net-info", "e2e-cut")).toMatch(/Active:\s+no/);
    expect(await networks()).not.toContain("kvm-replug");
    expect(planned(await cut.preview("--refresh"))).toEqual({});
  }, 300_000);
});

test("a restart that fails leaves the network as it was, and running", async () => {
  s.program(program("domain: { name: lan.test }\n      bridge: { name: a-name-that-is-too-long-for-linux }"));
  expect((await s.fails("up")).text).toMatch(/network e2e-lan on host .*runs again as it was before/s);
  expect(await state()).toMatch(/Active:\s+yes/);
  s.program(program("domain: { name: lan.test }"));
  expect(planned(await s.preview("--refresh"))).toEqual({});
}, 60_000);

test("an entry that comes with metadata reaches the running network; what an edit said goes with it", async () => {
  const before = await bridge();
  const [note, edit] = [
    "domain: { name: lan.test }\n      metadata: { 'urn:e2e': \"<n xmlns='urn:e2e'/>\" }",
    "set: ./domain/@localOnly, value: 'yes'",
  ];
  const entry = ", { mac: '52:54:00:00:96:03', ip: 10.96.1.13, name: three }";
  s.program(program(note, entry));
  await s.up();
  for (const now of [await xml(), await xml("--inactive")]) expect(now).toMatch(/name='three' ip='10.96.1.13'/);
  expect(await bridge()).toBe(before);
  s.program(program(`${note}\n      xml: [{ ${edit} }]`, entry));
  await s.up();
  expect(await xml("--inactive")).toMatch(/localOnly='yes'/);
  s.program(program(note, entry));
  await s.up();
  expect(await xml("--inactive")).toMatch(/<domain name='lan.test'\/>/);
  expect(planned(await s.preview("--refresh"))).toEqual({});
}, 90_000);

test("is imported by its name, with nothing to do", async () => {
  const other = stack({ uri });
  try {
    const { text } = await other.pulumi(
      "import",
      "kvm:index:Network",
      "default",
      "default",
      "--yes",
      "--protect=false",
    );
    const code = text.slice(text.indexOf("resources:"));
    other.program(code.replace(/\n\n[\s\S]*/, "\n"));
    expect(planned(await other.preview("--refresh"))).toEqual({});
    await other.pulumi("state", "delete", "--all", "--yes");
  } finally {
    other.remove();
  }
}, 60_000);

test("a network that is not ours is never taken", async () => {
  const other = stack({ uri });
  try {
    other.program("resources: { n: { type: 'kvm:Network', properties: { name: default } } }\n");
    expect((await other.fails("up")).text).toMatch(
      /network default on host .*pulumi import kvm:index:Network n default/s,
    );
  } finally {
    other.remove();
  }
}, 60_000);
