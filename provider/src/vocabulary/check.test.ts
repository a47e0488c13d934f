import { configuration, Domain, Volume } from "../model";
import { unknown } from "../unknown";
import { attr, check, element, oneOf } from ".";
import { Toy } from "./toy.arbitrary";

const reasons = (faults: ReturnType<typeof check>): [string, string][] =>
  faults.map(({ path, reason }) => [path.join("."), reason]);

test("every fault at once, each on its own property", () => {
  const faults = check(Domain, {
    memroy: "2GiB",
    memory: "0",
    maxMemory: "2Gib2",
    vcpus: 4,
    maxVcpus: 2,
    powerState: "runing",
    disks: [
      { volume: "nowhere" },
      { file: "/a", block: "/b" },
      { file: "/a", type: "block" },
      { file: "/a", source: { file: "/b" } },
    ],
    interfaces: [{ mac: "01:00:5e:00:00:01" }, "eth0"],
    autostart: "yes",
    cpu: { topology: { cores: 1.5 } },
  });
  expect(reasons(faults)).toEqual([
    ["memroy", "is not a property of domain; did you mean memory?"],
    ["memory", 'is "0"; it must be at least 1KiB'],
    ["maxMemory", expect.stringContaining("it must be a size such as")],
    ["powerState", 'is "runing"; it may be running, stopped, paused; did you mean running?'],
    ["disks.0.volume", 'is "nowhere"; it must be of the form pool/volume'],
    ["disks.1.block", "excludes file: say one of them"],
    ["disks.2.type", "is block, but file means file: say one of them"],
    ["disks.3.source.file", "says the same as file: say one of them"],
    ["interfaces.0.mac", expect.stringContaining("the first of them even")],
    ["interfaces.1", "must be an object: A network card."],
    ["autostart", "must be true or false"],
    ["cpu.topology.cores", "is 1.5; it must be a whole number"],
    ["vcpus", "is 4, more than maxVcpus, which is 2"],
  ]);
});

test.each([
  [{ powerState: "off" }, /^is "off"; it may be running, stopped, paused; did you mean stopped\?$/],
  [{ powerState: "Suspended" }, /did you mean paused\?$/],
  [{ updatePolicy: "reboot" }, /did you mean restart\?$/],
  [{ shutdown: { method: "destroy" } }, /did you mean force\?$/],
  [{ powerState: "elsewhere" }, /paused$/],
])("a word from elsewhere is answered with ours: %j", (said, reason) => {
  expect(check(Domain, { memory: "64MiB", ...said }).map((fault) => fault.reason)).toEqual([
    expect.stringMatching(reason),
  ]);
});

test("what is not known yet passes everywhere", () => {
  expect(check(Domain, unknown)).toEqual([]);
  expect(
    check(Domain, {
      memory: unknown,
      vcpus: unknown,
      maxVcpus: 1,
      disks: [unknown, { volume: unknown }, { type: unknown, source: { file: "/a" } }],
      interfaces: unknown,
      cloudInit: { userData: unknown },
      metadata: { "urn:x": unknown },
    }),
  ).toEqual([]);
});

test("what is required is missed, in items and by name too", () => {
  expect(reasons(check(Domain, {}))).toEqual([["memory", expect.stringContaining("is required")]]);
  expect(reasons(check(configuration, { hosts: { a: {}, b: { uri: "qemu:///system" } } }))).toEqual([
    ["hosts.a.uri", expect.stringContaining("is required")],
  ]);
  expect(reasons(check(Volume, { pool: "p" }))).toEqual([
    ["capacity", "is required where there is neither source nor backing"],
  ]);
});

test("a variant has only its own properties", () => {
  expect(reasons(check(Toy, { parts: [{ type: "file", source: { pool: "p" } }] }))).toEqual([
    ["parts.0.source.pool", "exists only for pair, and this is file"],
  ]);
  expect(reasons(check(Toy, { parts: [{ file: "/a", source: { volume: "v" } }] }))).toEqual([
    ["parts.0.source.volume", "exists only for pair, and this is file"],
  ]);
});

test("a host that is too old or of another kind has not everything", () => {
  const value = { fast: true, parts: [{ type: "file", source: { file: "/a", tls: true } }] };
  expect(check(Toy, value, { driver: "qemu", version: "4.5.0" })).toEqual([]);
  expect(reasons(check(Toy, value, { driver: "test", version: "4.10.0" }))).toEqual([
    ["fast", "exists only with qemu; the host runs test"],
  ]);
  expect(reasons(check(Toy, value, { driver: "qemu", version: "4.4.9" }))).toEqual([
    ["parts.0.source.tls", "needs libvirt 4.5.0; the host has 4.4.9"],
  ]);
  const later = element("later", "", { kind: attr(oneOf("a", "b"), "", { wordsSince: { b: "9.1.0" } }) });
  expect(check(later, { kind: "a" }, { driver: "qemu", version: "9.0.0" })).toEqual([]);
  expect(reasons(check(later, { kind: "b" }, { driver: "qemu", version: "9.0.0" }))).toEqual([
    ["kind", 'is "b", which needs libvirt 9.1.0; the host has 9.0.0'],
  ]);
});

test("what libvirt reports is no input", () => {
  expect(reasons(check(Toy, { parts: [{ index: "1" }] }))).toEqual([
    ["parts.0.index", "is what libvirt reports; a program cannot set it"],
  ]);
});

test("text that no XML can hold is refused; so is a document in the wrong name space", () => {
  expect(reasons(check(Toy, { name: "a\u0000b" }))).toEqual([["name", "holds a character that XML cannot hold"]]);
  expect(reasons(check(Toy, { metadata: { "urn:x": "<a/>" } }))[0]?.[1]).toContain("not in this name space");
  expect(reasons(check(Toy, { metadata: { "urn:x": "<a>" } }))[0]?.[1]).toContain("no XML element");
});

test("an edit is one of its three kinds", () => {
  expect(
    reasons(check(Domain, { memory: "1GiB", xml: [{ set: "./@a" }, { add: ".", delete: "./a" }, { delete: "./a" }] })),
  ).toEqual([
    ["xml.0.value", "is required: what is set"],
    ["xml.1", "must have exactly one of set, add and delete"],
  ]);
});

test("what is there once only is refused the second time, wherever in the document", () => {
  const feature = (name: string) => ({ name, policy: "require" });
  const faults = check(Domain, {
    memory: "1GiB",
    disks: [
      { file: "/a", target: { dev: "vda" }, boot: { order: 1 }, alias: "ua-a" },
      { file: "/b", target: { dev: "vda" }, alias: unknown },
      { file: "/c", target: { dev: unknown } },
    ],
    interfaces: [
      { network: "n", mac: "52:54:00:AA:00:01", boot: { order: 1 } },
      { network: "n", mac: "52:54:00:aa:00:01", alias: "ua-a" },
    ],
    cpu: { features: [feature("vmx"), feature("pcid"), feature("vmx")] },
    controllers: [
      { type: "scsi", index: 0 },
      { type: "usb", index: 0, model: "ich9-ehci1" },
      { type: "usb", index: 0, model: "ich9-uhci1" },
      { type: "scsi", index: 0, model: "virtio-scsi" },
    ],
  });
  expect(reasons(faults)).toEqual([
    ["disks.1.target.dev", "is vda, the target of disks[0] too: each has its own"],
    ["interfaces.0.boot.order", "is 1, the boot order of disks[0] too: each has its own"],
    ["interfaces.1.mac", "is 52:54:00:aa:00:01, the MAC address of interfaces[0] too: each has its own"],
    ["interfaces.1.alias", "is ua-a, the alias of disks[0] too: each has its own"],
    ["cpu.features.2.name", "is vmx, the name of cpu.features[0] too: each has its own"],
    ["controllers.3", "is the same controller as controllers[0]: it is there once"],
  ]);
});

test("devices have an order of their own or their kinds have one, not both", () => {
  const value = { memory: "1GiB", os: { boots: ["hd"] }, disks: [{ file: "/a", boot: { order: 1 } }] };
  expect(reasons(check(Domain, value))).toEqual([["disks.0.boot.order", "excludes os.boots: say one of them"]]);
});
