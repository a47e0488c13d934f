import { Failure } from "../../failure";
import type { Bag } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { identify } from "../owner";
import { over } from "./adopt";
import { create } from "./create";
import { type FakeHost, fakeHost, fakeRun } from "./testing/host";

const urn = "urn:vm";
const make = (fake: FakeHost, inputs: Bag, { preview = false, run = fakeRun() } = {}) =>
  create(fake.context, run, { urn, name: "web", inputs: { values: inputs, secrets: [] }, preview });
const uuid = "0a1b2c3d-4e5f-4a7b-9c8d-7e6f5a4b3c2d";
const small: Bag = { name: "vm", uuid, memory: "64MiB", __defaults: { powerState: "running" } };

test("what nobody knows yet of a new machine stays unknown in its preview", async () => {
  const { id, outputs } = await make(
    fakeHost(),
    { ...small, name: unknown, uuid: unknown, host: unknown },
    { preview: true },
  );
  expect(id).toBe("");
  expect(outputs.values).toMatchObject({ name: unknown, uuid: unknown, host: unknown, address: unknown });
  const known = await make(fakeHost(), small, { preview: true });
  // A `get` of it in the same program would be read at once.
  expect(known.id).toBe("");
  expect(known.outputs.values).toMatchObject({ name: "vm", uuid, host: "fake" });
});

const stranger = "<domain type='qemu'><name>vm</name><uuid>UUID</uuid><memory>65536</memory></domain>".replace(
  "UUID",
  uuid,
);
const mark = "<metadata><p:owner xmlns:p='urn:pulumi-kvm:1' owner='owner' urn='urn:vm' nonce='n'/></metadata>";
/** Ours, with what no property of the model says, and what a person put there. */
const own = stranger.replace(
  "</domain>",
  `${mark}<title>by hand</title><os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
  <devices><rng model='virtio'><backend model='random'>/dev/urandom</backend><unheard of='it'/>
  <address type='pci' domain='0x0000' bus='0x09' slot='0x00' function='0x0'/></rng></devices></domain>`,
);
const lost = (fake: FakeHost, xml = own): FakeHost => {
  fake.machines.set(uuid, { xml, state: 5, reason: 1, autostart: false });
  return fake;
};
const xmlOf = (fake: FakeHost): string => fake.machines.get(uuid)?.xml ?? "";
const refuses = (): never => {
  throw new Failure("invalid", "the image cannot be opened");
};
const seeded: Bag = { ...small, cloudInit: { userData: "#cloud-config\n" } };

describe("a machine of this UUID that is there already", () => {
  test("is a stranger's without our mark, and nothing of it is touched", async () => {
    const fake = lost(fakeHost(), stranger);
    await expect(make(fake, small)).rejects.toMatchObject({
      code: "exists",
      message: expect.stringContaining(`\`pulumi import kvm:index:Domain web ${uuid}\``),
    });
    expect(fake.asked).toEqual([]);
    // A UUID that we derive is no proof either.
    const derived = identify("owner", urn).uuid;
    fake.machines.set(derived, { xml: stranger, state: 1, reason: 1, autostart: false });
    await expect(make(fake, { ...small, uuid: derived })).rejects.toMatchObject({ code: "exists" });
    expect(fake.asked).toEqual([]);
  });

  test("is taken over as it is: what the program does not say stays", async () => {
    const fake = lost(fakeHost());
    const { id, reasons } = await make(fake, { ...small, memory: "128MiB", rng: true });
    expect([id, reasons]).toEqual([uuid, undefined]);
    for (const kept of ["pc-q35-7.2", "<unheard of='it'/>", "by hand", "bus='0x09'"])
      expect(xmlOf(fake)).toContain(kept);
    expect(xmlOf(fake)).toMatch(/<memory unit='MiB'>128</);
    expect(xmlOf(fake).match(/<rng/g)).toHaveLength(1);
    expect(fake.machines.get(uuid)?.state).toBe(1);
  });

  test("is kept when it does not start, and so is its disc; the state knows of both", async () => {
    const fake = lost(fakeHost());
    fake.instead.set("domainCreateWithFlags", refuses);
    const { id, reasons, outputs } = await make(fake, seeded);
    expect(id).toBe(uuid);
    expect(reasons).toEqual([expect.stringMatching(/domain vm on host fake.*cannot be opened/)]);
    expect(outputs.values["__nonce"]).toBeDefined();
    expect(fake.asked).not.toContain("domainUndefineFlags");
    expect(fake.volumes.size).toBe(1);
  });

  test("keeps the disc in its drive when it cannot be defined", async () => {
    const fake = lost(fakeHost());
    await make(fake, { ...seeded, powerState: "stopped" });
    fake.instead.set("domainDefineXmlFlags", refuses);
    await expect(make(fake, seeded)).rejects.toMatchObject({ code: "invalid" });
    expect(fake.volumes.size).toBe(1);
    // But what this create alone has written goes.
    await expect(make(fake, { ...seeded, cloudInit: { userData: "#cloud-config\n#2" } })).rejects.toThrow();
    expect(fake.volumes.size).toBe(1);
  });

  test("goes on running; what it cannot have before a cold start is told", async () => {
    const fake = lost(fakeHost());
    await make(fake, small);
    const before = fake.machines.get(uuid)?.live;
    const { outputs } = await make(fake, { ...small, cpu: { mode: "maximum" } });
    expect(fake.machines.get(uuid)?.live).toBe(before);
    expect(outputs.values["pendingRestart"]).toEqual(["cpu"]);
    await make(fake, { ...small, powerState: "stopped" });
    expect(fake.machines.get(uuid)?.state).toBe(5);
  });
});

test("what was deleted or added by an edit is so once, however often the machine is taken over", async () => {
  const fake = lost(fakeHost());
  const xml = [{ delete: "./title" }, { add: ".", xml: "<perf><event name='cmt' enabled='yes'/></perf>" }];
  for (let i = 0; i < 2; i++) await make(fake, { ...small, xml: xml as unknown as Bag[] });
  expect(xmlOf(fake)).not.toContain("by hand");
  expect(xmlOf(fake).match(/<perf>/g)).toHaveLength(1);
});

test("a disk that becomes a device has nothing of the file", () => {
  const target = { dev: "vda", bus: "virtio" };
  const block = { type: "block", source: { dev: "/dev/a" }, target };
  const laid = over({ disks: [{ type: "file", source: { file: "/a" }, target }] }, { disks: [block] });
  expect(laid["disks"]).toEqual([block]);
});

describe("a new machine", () => {
  test("that does not start is undone, with its disc", async () => {
    const fake = fakeHost();
    fake.instead.set("domainCreateWithFlags", refuses);
    await expect(make(fake, seeded)).rejects.toMatchObject({ code: "invalid" });
    expect([fake.machines.size, fake.volumes.size]).toEqual([0, 0]);
  });

  test("that can neither start nor be undone is in the state", async () => {
    const fake = fakeHost();
    fake.instead.set("domainCreateWithFlags", refuses);
    fake.instead.set("domainUndefineFlags", refuses);
    expect(await make(fake, small)).toMatchObject({ id: uuid, reasons: [expect.any(String)] });
  });

  test("is in the state whenever the user stops us", async () => {
    for (const at of ["domainDefineXmlFlags", "domainCreateWithFlags"]) {
      const fake = fakeHost();
      const run = fakeRun();
      const does = fake.usual(at);
      fake.instead.set(at, (args) => {
        run.stop();
        return does(args);
      });
      const created = await make(fake, seeded, { run });
      expect(created).toMatchObject({ id: uuid, reasons: [expect.stringMatching(/stopped by the user/)] });
      expect(created.outputs.values).toMatchObject({
        name: "vm",
        __seed: expect.any(String),
        __baseline: expect.any(String),
      });
      expect(fake.machines.size).toBe(1);
    }
  });

  test("is in the state when the host is gone after its definition", async () => {
    const fake = fakeHost();
    const gone = (): never => {
      throw new Failure("lost", "the connection broke");
    };
    const does = fake.usual("domainDefineXmlFlags");
    fake.instead.set("domainDefineXmlFlags", (args) => {
      does(args);
      fake.instead.set("domainGetXmlDesc", gone);
      return gone();
    });
    const created = await make(fake, small);
    expect(created).toMatchObject({ id: uuid, refreshBeforeUpdate: true });
    expect(created.outputs.values).toMatchObject({ name: "vm", uuid, host: "fake", __nonce: expect.any(String) });
  });
});
