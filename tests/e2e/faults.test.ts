/** Bad input: one clear error that names property or object, host and remedy, before anything is touched. */
import { inventory, lab } from "../lab/lab";
import { type Stack, stack } from "./engine";

const { name: own, uri } = lab().own;
let s: Stack;
let before: unknown;
beforeAll(async () => {
  before = await inventory(own);
  s = stack({ uri });
});
afterAll(async () => {
  expect(await inventory(own)).toEqual(before);
  s.remove();
});

const machine = (properties: string): string => `resources:
  vm:
    type: kvm:Domain
    properties: { powerState: stopped, ${properties} }
`;

test.each([
  ["memory of 0", "memory: 0, vcpus: 1", /memory.*(0|zero|at least)/i],
  ["a unit that is not one", "memory: 2GigaByte, vcpus: 1", /memory.*2GigaByte.*(KiB|GiB)/is],
  ["more vcpus than there may be", "memory: 64MiB, vcpus: 4, maxVcpus: 2", /vcpus.*maxVcpus/is],
  ["a misspelt property", "memory: 64MiB, vcpu: 1", /vcpu.*(did you mean|vcpus)/is],
  ["a list where an object belongs", "memory: 64MiB, vcpus: 1, cpu: [host]", /cpu.*Cpu/s],
  ["a word where a number belongs", "memory: 64MiB, vcpus: two", /vcpus.*(integer|number)/is],
  [
    "an edit that leads nowhere",
    `memory: 64MiB, vcpus: 1, xml: [{ set: "./devices/disk[7]/@a", value: b }]`,
    /xml\[0\].*leads nowhere: there is no disk\[7\] in devices/s,
  ],
  [
    "an edit that gives another name",
    "memory: 64MiB, vcpus: 1, xml: [{ set: ./name, value: other }]",
    /xml\[0\].*changes what the object is known by: set `name` instead/s,
  ],
])("%s is refused in the preview", async (_what, properties, message) => {
  s.program(machine(properties));
  const { text } = await s.fails("preview");
  expect(text).toMatch(message);
  expect(text).not.toMatch(/panic|undefined|stack trace|at .*\.ts:/i);
});

test("a property's value is shown beside its fault where the engine has it, and no other is", async () => {
  const disks = "disks: [{ volume: default/a, target: { bus: virtoi } }]";
  s.program(machine(`memory: 64MiB, vcpus: 0, ${disks}`));
  const { text } = await s.fails("preview");
  expect(text).toMatch(/'vm': property vcpus value \{0\} has a problem: vcpus is 0; it must be at least 1/);
  expect(text).toMatch(/'vm' has a problem: disks\[0\]\.target\.bus is "virtoi".*did you mean virtio\?/);
  expect(text).not.toContain("<nil>");
});

test("a secret used as a name is refused, and not shown", async () => {
  await s.pulumi("config", "set", "--secret", "planted", "hunter2-is-secret");
  s.program(
    `config: { planted: { type: string, secret: true } }\n${machine('name: "$' + '{planted}", memory: 64MiB, vcpus: 1')}`,
  );
  const { text } = await s.fails("preview");
  expect(text).toMatch(/name.*must not be a secret/s);
  expect(text).not.toContain("hunter2-is-secret");
});

test.each([
  [
    "pool",
    `disk: { type: "kvm:Volume", properties: { pool: nowhere, capacity: 8MiB } }`,
    /pool nowhere on host \S+: .*Make it first: a kvm:Pool named nowhere.*virsh pool-define-as/,
  ],
  [
    "network",
    `vm: { type: "kvm:Domain", properties: { memory: 64MiB, vcpus: 1, powerState: stopped, interfaces: [{ network: nowhere }] } }`,
    /network nowhere on host \S+: .*make it in the same program, or correct `interfaces`/,
  ],
  [
    "base volume",
    `disk: { type: "kvm:Volume", properties: { pool: default, capacity: 8MiB, backing: { volume: default/nowhere.qcow2 } } }`,
    /volume default\/nowhere\.qcow2 on host \S+: .*Make default\/nowhere\.qcow2 first, or correct the id/,
  ],
  [
    "volume to copy",
    `disk: { type: "kvm:Volume", properties: { pool: default, source: { volume: default/nowhere.qcow2 } } }`,
    /volume default\/nowhere\.qcow2 on host \S+: .*Make default\/nowhere\.qcow2 first, or correct the id/,
  ],
])(
  "a %s that is not there: the preview warns, the update fails and says which, where, and what to do",
  async (_what, resource, message) => {
    s.program(`resources:\n  ${resource}\n`);
    const preview = await s.preview();
    expect(preview.text).toMatch(/warning: .*nowhere.* on host /s);
    expect((await s.fails("up")).text).toMatch(message);
    await s.destroy();
  },
);
