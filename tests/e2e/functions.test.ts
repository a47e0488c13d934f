/** What a program asks of hosts and of domains that something else made. */
import { lab, on, virsh } from "../lab/lab";
import { type Stack, stack } from "./engine";
import { define, type Guest, ownHost, remove } from "./guests";

jest.setTimeout(120_000);
const { own } = lab();
const { host, close } = ownHost();
let guest: Guest;
let s: Stack;
beforeAll(async () => {
  guest = await define(host, "functions-1", 32);
  const { beta } = lab();
  s = stack({ config: { "kvm:hosts": JSON.stringify({ alpha: { uri: own.uri }, beta: { uri: beta.uri } }) } });
});
afterAll(async () => {
  s.remove();
  await remove(host, guest);
  await close();
});

const asking = (call: string, args: string): string => `variables:
  answer:
    fn::invoke: { function: "kvm:${call}", arguments: ${args} }
outputs:
  answer: \${answer}
`;
const answer = async (call: string, args: string): Promise<Record<string, unknown>> => {
  s.program(asking(call, args));
  await s.up();
  return (await s.outputs())["answer"] as Record<string, unknown>;
};

test("getHost tells what a host is and has", async () => {
  const facts = await answer("getHost", '{ host: "alpha" }');
  expect(facts).toMatchObject({
    name: (await on(own.name, "hostname")).trim(),
    arch: "x86_64",
    kvm: false,
    hypervisor: "QEMU",
  });
  expect(facts["libvirtVersion"]).toMatch(/^\d+\.\d+\.\d+$/);
  expect(BigInt(String(facts["memory"]))).toBeGreaterThan(BigInt(String(facts["freeMemory"])));
  expect(facts["capabilities"]).toContain("<capabilities>");
  expect(facts["cpuModes"]).toEqual(expect.arrayContaining(["maximum", "custom"]));
  expect(facts["machine"]).toMatch(/^pc-/);
  expect(facts["domainCapabilities"]).toContain("<domainCapabilities>");
});

test("getDomain finds a domain on whichever host has it, by name and by UUID", async () => {
  const byName = await answer("getDomain", '{ name: "functions-1" }');
  expect(byName).toMatchObject({
    id: guest.uuid,
    host: "alpha",
    powerState: "stopped",
    autostart: false,
    memory: String(256 * 1024 * 1024),
    vcpus: 1,
    addresses: [],
    nics: [{ mac: guest.macs[0], addresses: [] }],
  });
  await virsh(own.name, "start", "functions-1", "--paused");
  expect(await answer("getDomain", `{ uuid: "${guest.uuid.toUpperCase()}" }`)).toMatchObject({
    name: "functions-1",
    powerState: "paused",
  });
});

test("`get` reads what something else made, and leaves it alone", async () => {
  const read = (type: string, id: string): string => `{ type: "kvm:${type}", get: { id: "${id}" } }`;
  const reference = "$" + "{";
  s.program(`resources:
  machine: ${read("Domain", `alpha:${guest.uuid}`)}
  lan: ${read("Network", "alpha:default")}
  store: ${read("Pool", "alpha:default")}
outputs:
  read: ["${reference}machine.name}", "${reference}machine.uuid}", "${reference}lan.name}", "${reference}store.path}"]
`);
  expect((await s.up()).changes).toEqual({ read: 3 });
  expect((await s.outputs())["read"]).toEqual(["functions-1", guest.uuid, "default", "/var/lib/libvirt/images"]);
  s.program("resources: {}\n");
  await s.up();
  expect(await virsh(own.name, "list", "--all", "--name")).toContain("functions-1");
});

test("`get` takes the host from beside the id too", async () => {
  const read = (type: string, id: string): string =>
    `{ type: "kvm:${type}", get: { id: "${id}", state: { host: alpha } } }`;
  await virsh(own.name, "vol-create-as", "default", "functions-read", "1M");
  const reference = "$" + "{";
  try {
    s.program(`resources:
  lan: ${read("Network", "default")}
  store: ${read("Pool", "alpha:default")}
  disk: ${read("Volume", "default/functions-read")}
outputs:
  read: ["${reference}lan.host}", "${reference}store.host}", "${reference}disk.path}"]
`);
    expect((await s.up()).changes).toEqual({ read: 3 });
    expect((await s.outputs())["read"]).toEqual(["alpha", "alpha", "/var/lib/libvirt/images/functions-read"]);
    s.program("resources: {}\n");
    await s.up();
  } finally {
    await virsh(own.name, "vol-delete", "--pool", "default", "functions-read");
  }
});

test.each([
  ["getDomain", '{ name: "nobody" }', /domain nobody on host alpha, beta: there is no such domain/],
  ["getDomain", "{}", /name or uuid must be given, and not both/],
  ["getHost", "{}", /the provider has several hosts/],
  ["getHost", '{ host: "gamma" }', /no host "gamma".*alpha, beta/s],
])("%s of %s says what is wrong", async (call, args, says) => {
  s.program(asking(call, args));
  expect((await s.fails("preview")).text).toMatch(says);
});

test("a host that is dead fails what lies on it, and nothing else", async () => {
  const dead = `qemu+ssh://root@${own.address}:4/system?keyfile=${lab().key}&known_hosts=${lab().knownHosts}`;
  const two = stack({ config: { "kvm:hosts": JSON.stringify({ alpha: { uri: own.uri }, dead: { uri: dead } }) } });
  const on = (key: string): string =>
    `  on-${key}: { type: "kvm:Volume", properties: { host: ${key}, pool: default, capacity: 1MiB } }\n`;
  two.program(`resources:\n${on("alpha")}${on("dead")}`);
  try {
    const { text } = await two.fails("up", "--continue-on-error");
    expect(text).toMatch(/on host dead: .*cannot be reached/);
    expect(await virsh(own.name, "vol-list", "default")).toContain("on-alpha");
    expect(await two.exported()).not.toMatch(/::on-dead"/);
  } finally {
    two.program(`resources:\n${on("alpha")}`);
    await two.destroy();
    two.remove();
  }
});
