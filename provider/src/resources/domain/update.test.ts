import { Failure } from "../../failure";
import type { Bag, Properties } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { domain } from ".";
import { create } from "./create";
import { remove } from "./delete";
import { readDomain } from "./read";
import { type FakeHost, fakeHost, fakeRun } from "./testing/host";
import { update } from "./update";

const [urn, name] = ["urn:vm", "vm"];
const id = "0a1b2c3d-4e5f-4a7b-9c8d-7e6f5a4b3c2d";
const wrapped = (values: Bag): Properties => ({ values, secrets: [] });
const small: Bag = { name, uuid: id, memory: "64MiB", __defaults: {} };
const changed: Bag = { ...small, cpu: { mode: "host-model" } };
const edit = [{ set: "./title", value: "by an edit" }] as unknown as Bag[];

const ready = async (inputs = small) => {
  const fake = fakeHost();
  const { outputs } = await create(fake.context, fakeRun(), { urn, name, inputs: wrapped(inputs), preview: false });
  fake.asked.length = 0;
  return { fake, outputs };
};
const change = (
  fake: FakeHost,
  oldOutputs: Properties,
  [was, want]: readonly [Bag, Bag],
  { run = fakeRun(), preview = false } = {},
) => {
  const sides = { oldInputs: wrapped(was), news: wrapped(want) };
  return update(fake.context, run, { urn, name, id, oldOutputs, ...sides, ignoreChanges: [], preview });
};
const read = (fake: FakeHost, inputs: Bag, outputs: Properties) =>
  readDomain(fake.context, fakeRun(), { urn, name, id, inputs: wrapped(inputs), outputs });
const refreshed = async (fake: FakeHost, inputs: Bag, outputs: Properties): Promise<Properties> =>
  (await read(fake, inputs, outputs))?.outputs ?? wrapped({});
const pending = ({ values }: Properties): unknown => values["pendingRestart"];
const live = (fake: FakeHost): string => fake.machines.get(id)?.live ?? "";
/** Somebody stops it and starts it, past us. */
const restarted = async ({ host }: FakeHost): Promise<void> => {
  await host.call("domainDestroyFlags", { dom: { uuid: id } } as never);
  await host.call("domainCreateWithFlags", { dom: { uuid: id }, flags: 0 } as never);
};

describe("what waits for a cold start", () => {
  test("a CPU that the guest does not give back waits, until it does", async () => {
    const [two, one] = [2, 1].map((vcpus): Bag => ({ ...small, maxVcpus: 2, vcpus })) as [Bag, Bag];
    const { fake, outputs } = await ready(two);
    fake.instead.set("domainSetVcpusFlags", () => {
      throw new Failure("busy", "Timed out during operation: vcpu unplug request timed out");
    });
    const first = await change(fake, outputs, [two, one]);
    expect(first.reasons).toBeUndefined();
    expect(pending(first.outputs)).toEqual(["vcpus"]);
    const second = await change(fake, first.outputs, [one, one]);
    expect(pending(second.outputs)).toEqual(["vcpus"]);
    await restarted(fake);
    expect(pending(await refreshed(fake, one, second.outputs))).toEqual([]);
  });
  test("a restart that was cut short is made up for by the next update, which changes nothing else", async () => {
    const { fake, outputs } = await ready();
    const want = { ...changed, updatePolicy: "restart" };
    const run = fakeRun();
    fake.instead.set("domainShutdownFlags", () => run.stop());
    const first = await change(fake, outputs, [small, want], { run });
    expect(first.reasons).toEqual([expect.stringMatching(/stopped by the user/)]);
    expect(pending(first.outputs)).toEqual(["cpu"]);
    expect(pending(await refreshed(fake, want, first.outputs))).toEqual(["cpu"]);
    const previewed = fakeRun();
    await change(fake, first.outputs, [want, want], { run: previewed, preview: true });
    expect(previewed.said).toEqual([expect.stringMatching(/will be restarted: cpu/)]);
    fake.instead.clear();
    const second = await change(fake, first.outputs, [want, want]);
    expect(second.reasons).toBeUndefined();
    expect(pending(second.outputs)).toEqual([]);
    expect(live(fake)).toContain("host-model");
  });

  test("is seen though the update that wrote it down never answered", async () => {
    const { fake, outputs } = await ready();
    await change(fake, outputs, [small, changed]);
    const again = await change(fake, outputs, [small, changed]);
    expect(pending(again.outputs)).toEqual(["cpu"]);
    await restarted(fake);
    expect(pending((await change(fake, outputs, [small, changed])).outputs)).toEqual([]);
  });

  test("stays through an unrelated update, is forgotten in a new process, and when it is taken back", async () => {
    const said: Bag = { ...small, cpu: { mode: "host-passthrough" } };
    const { fake, outputs } = await ready(said);
    const first = await change(fake, outputs, [said, changed]);
    const titled = { ...changed, title: "a title" };
    const second = await change(fake, first.outputs, [changed, titled]);
    expect(pending(second.outputs)).toEqual(["cpu"]);
    const back = await change(fake, second.outputs, [titled, { ...said, title: "a title", updatePolicy: "restart" }]);
    expect(pending(back.outputs)).toEqual([]);
    expect(fake.asked).not.toContain("domainShutdownFlags");
    await restarted(fake);
    expect(pending(await refreshed(fake, titled, second.outputs))).toEqual([]);
  });

  test("waits too where the machine was to be stopped and was not", async () => {
    const { fake, outputs } = await ready();
    const run = fakeRun();
    fake.instead.set("domainShutdownFlags", () => run.stop());
    const stopped = { ...changed, powerState: "stopped" };
    const done = await change(fake, outputs, [small, stopped], { run });
    expect(pending(done.outputs)).toEqual(["cpu"]);
  });
});

test("a preview does not promise what a restart, a start or a wait may change", async () => {
  const { fake, outputs } = await ready();
  const foreseen = async (want: Bag): Promise<string[]> => {
    const { outputs: told } = await change(fake, outputs, [small, want], { preview: true });
    return Object.keys(told.values).filter((name) => told.values[name] === unknown);
  };
  expect(await foreseen({ ...small, title: "t" })).toEqual([]);
  expect(await foreseen(changed)).toEqual(["pendingRestart", "cpuMode"]);
  expect(await foreseen({ ...small, waitFor: { address: "any" } })).toEqual([
    "address",
    "addresses",
    "nics",
    "displays",
  ]);
  expect(await foreseen({ ...changed, updatePolicy: "restart" })).toEqual([
    "address",
    "addresses",
    "nics",
    "pendingRestart",
    "displays",
    "cpuMode",
  ]);
});

describe("a preview in which something is not known yet", () => {
  const previewed = async (was: Bag, want: Bag) => {
    const { fake, outputs } = await ready(was);
    const run = fakeRun();
    const { outputs: told } = await change(fake, outputs, [was, want], { run, preview: true });
    return { said: run.said, told: told.values };
  };
  const disk: Bag = { file: "/a", target: { dev: "sda", bus: "sata" } };

  test("plans on the rest", async () => {
    const { said, told } = await previewed(small, { ...changed, title: unknown, disks: [{ file: unknown }] });
    expect(said).toEqual([expect.stringMatching(/^domain vm: cpu cannot change while it runs and will wait/)]);
    expect(told["pendingRestart"]).toBe(unknown);
  });
  test("does not take it for a change", async () => {
    const said: Bag = { ...small, rng: true, disks: [disk], xml: edit };
    const opens: Bag[] = [
      { rng: unknown },
      { disks: [unknown] },
      { disks: unknown },
      { xml: unknown },
      { memory: unknown },
    ];
    for (const open of opens) expect((await previewed(said, { ...said, ...open })).said).toEqual([]);
  });
  test("promises nothing of a machine that may have to start anew", async () => {
    const { told } = await previewed(small, { ...small, memory: unknown, updatePolicy: "restart" });
    expect([told["address"], told["pendingRestart"]]).toEqual([unknown, unknown]);
  });
  test("says that a disc of cloud-init needs a drive, whatever will be on it", async () => {
    const { said } = await previewed(small, { ...small, cloudInit: { userData: unknown } });
    expect(said).toEqual([expect.stringMatching(/disks cannot change while it runs/)]);
  });
});

test("what the host decided is told, and open where the program decides anew", async () => {
  const { fake, outputs } = await ready({ ...small, cpu: { mode: "maximum" } });
  expect(outputs.values).toMatchObject({ type: "qemu", machine: "q35", cpuMode: "maximum" });
  const sides = [{ ...small, cpu: { mode: "maximum" } }, changed] as const;
  const { outputs: told } = await change(fake, outputs, sides, { preview: true });
  expect(told.values).toMatchObject({ type: "qemu", machine: "q35", cpuMode: unknown });
});

test("the user is told why there is no machine for a while", async () => {
  const { context } = fakeHost();
  const run = fakeRun();
  const renamed = { ...small, name: "other", disks: [{ file: "/a" }], interfaces: [{ network: "lan" }] };
  const sides = { oldInputs: wrapped(small), oldOutputs: wrapped(small), news: wrapped(renamed) };
  const found = await domain(context).diff(run, { urn, id, ...sides, ignoreChanges: [] });
  expect(found.deleteBeforeReplace).toBe(true);
  expect(run.said).toEqual([
    "domain vm is deleted before the new one is made: both cannot have the same disks and interfaces at once",
  ]);
});

describe("edits of the XML", () => {
  const with_: Bag = { ...small, xml: edit };

  test.each([
    ["brought in", small, with_],
    ["taken out", with_, small],
  ])("%s wait until the machine starts anew", async (_, was, want) => {
    const { fake, outputs } = await ready(was);
    const previewed = fakeRun();
    await change(fake, outputs, [was, want], { run: previewed, preview: true });
    expect(previewed.said).toEqual([expect.stringMatching(/xml cannot change while it runs and will wait/)]);
    const done = await change(fake, outputs, [was, want]);
    expect(pending(done.outputs)).toEqual(["xml"]);
    const seen = await refreshed(fake, want, done.outputs);
    expect(pending(seen)).toEqual(["xml"]);
    await restarted(fake);
    expect(pending(await refreshed(fake, want, seen))).toEqual([]);
  });

  test("are refused where nothing may wait, and restart it where they may", async () => {
    const { fake, outputs } = await ready(with_);
    await expect(change(fake, outputs, [with_, { ...small, updatePolicy: "fail" }])).rejects.toThrow(
      /xml cannot change while it runs/,
    );
    expect(fake.asked).toEqual([]);
    await change(fake, outputs, [with_, { ...small, updatePolicy: "restart" }]);
    expect(live(fake)).not.toContain("by an edit");
  });
});

/** virDomainState */
const running = 1;
const paused = 3;

describe("disks that are taken out of a running machine", () => {
  const disk = (dev: string): Bag => ({ file: `/${dev}`, target: { dev, bus: "virtio" } });
  const three: Bag = { ...small, disks: ["vda", "vdb", "vdc"].map(disk) };
  const one: Bag = { ...three, disks: [disk("vda")] };
  const disksOf = (xml = ""): string[] => [...xml.matchAll(/<target[^>]* dev=['"](\w+)/g)].map(([, dev]) => dev ?? "");
  const refuses = (problem: string) => () => {
    throw new Failure("refused", problem);
  };

  test("are given back where the new definition is refused", async () => {
    const { fake, outputs } = await ready(three);
    fake.instead.set("domainDefineXmlFlags", refuses("unsupported configuration"));
    await expect(change(fake, outputs, [three, one])).rejects.toThrow(/unsupported/);
    expect(fake.asked).toContain("domainDetachDeviceFlags");
    expect(disksOf(live(fake)).sort()).toEqual(["vda", "vdb", "vdc"]);
  });
  test("are given back where the policy does not let one of them wait, and the user's stop does not keep us from it", async () => {
    const { fake, outputs } = await ready(three);
    const run = fakeRun();
    const takes = fake.usual("domainDetachDeviceFlags");
    fake.instead.set("domainDetachDeviceFlags", (args) => {
      takes(args);
      fake.instead.set("domainDetachDeviceFlags", () => {
        run.stop();
        return refuses("the guest is using it")();
      });
    });
    await expect(change(fake, outputs, [three, { ...one, updatePolicy: "fail" }], { run })).rejects.toThrow(/using it/);
    expect(fake.asked).not.toContain("domainDefineXmlFlags");
    expect(disksOf(live(fake)).sort()).toEqual(["vda", "vdb", "vdc"]);
  });
  test("wait where the guest does not let go of them, until it does", async () => {
    const { fake, outputs } = await ready(three);
    fake.instead.set("domainDetachDeviceFlags", refuses("the guest is using it"));
    const done = await change(fake, outputs, [three, one]);
    expect([done.reasons, pending(done.outputs)]).toEqual([undefined, ["disks"]]);
    expect(disksOf(fake.machines.get(id)?.xml)).toEqual(["vda"]);
    for (const dev of ["vdb", "vdc"])
      await fake.usual("domainDetachDeviceFlags")({ dom: { uuid: id }, xml: `<disk><target dev='${dev}'/></disk>` });
    expect(pending(await refreshed(fake, one, done.outputs))).toEqual([]);
  });
  test("or could not be plugged in, are told of by every refresh, until an update has plugged them in", async () => {
    const { fake, outputs } = await ready(one);
    fake.instead.set("domainAttachDeviceFlags", refuses("no slot is free"));
    const done = await change(fake, outputs, [one, three]);
    expect(done.reasons).toEqual([expect.stringMatching(/disk vdb .*no slot/), expect.stringMatching(/disk vdc/)]);
    let state = done.outputs;
    for (let i = 0; i < 2; i++) {
      const seen = await read(fake, three, state);
      expect(seen?.reasons).toEqual([
        "domain vm on host fake: disk vdb is not plugged in yet: `pulumi up` tries again",
        "domain vm on host fake: disk vdc is not plugged in yet: `pulumi up` tries again",
      ]);
      state = seen?.outputs ?? state;
    }
    fake.instead.clear();
    const next = await change(fake, state, [three, three]);
    expect(disksOf(live(fake)).sort()).toEqual(["vda", "vdb", "vdc"]);
    expect((await read(fake, three, next.outputs))?.reasons).toBeUndefined();
  });
});

test("a wait that ended in vain is told by every refresh, until the machine stops", async () => {
  const { fake, outputs } = await ready();
  const state = wrapped({ ...outputs.values, __waiting: true });
  const seen = await read(fake, small, state);
  expect(seen?.reasons).toEqual([expect.stringMatching(/^domain vm on host fake: what `waitFor` names was not there/)]);
  expect((await read(fake, small, seen?.outputs ?? state))?.reasons).toHaveLength(1);
  await fake.host.call("domainDestroyFlags", { dom: { uuid: id } } as never);
  expect((await read(fake, small, state))?.reasons).toBeUndefined();
});

test("what was left undone is not forgotten while the machine is paused", async () => {
  const want: Bag = { ...small, disks: [{ file: "/vda", target: { dev: "vda", bus: "virtio" } }] };
  const { fake, outputs } = await ready(want);
  const machine = fake.machines.get(id);
  if (machine) Object.assign(machine, { state: paused, live: machine.live?.replace(/<disk.*<\/disk>/s, "") });
  const seen = await read(fake, want, wrapped({ ...outputs.values, __waiting: true, __unplugged: true }));
  expect(seen?.reasons).toEqual([expect.stringMatching(/disk vda is not plugged in yet/)]);
  if (machine) machine.state = running;
  expect((await read(fake, want, seen?.outputs ?? outputs))?.reasons).toEqual([
    expect.stringMatching(/what `waitFor` names/),
    expect.stringMatching(/disk vda is not plugged in yet/),
  ]);
});

describe("a machine that lost its mark", () => {
  const unmarked = async () => {
    const made = await ready();
    const machine = made.fake.machines.get(id);
    if (machine) machine.xml = machine.xml.replace(/<metadata>.*<\/metadata>/s, "");
    return made;
  };
  test("stays when the stack has no use for it any more", async () => {
    const { fake, outputs } = await unmarked();
    const run = fakeRun();
    await remove(fake.context, run, { urn, name, id, inputs: wrapped(small), outputs });
    expect(run.said).toEqual([expect.stringMatching(/domain vm on host fake stays: the mark .* is gone/)]);
    expect(fake.asked).toEqual([]);
  });
  test("is told by a refresh, and marked again by the update", async () => {
    const { fake, outputs } = await unmarked();
    const seen = await read(fake, small, outputs);
    expect(seen?.reasons).toEqual([expect.stringMatching(/the mark in its metadata .* is gone/)]);
    const { outputs: told } = await change(fake, seen?.outputs ?? outputs, [small, small]);
    expect((await read(fake, small, told))?.reasons).toBeUndefined();
    await remove(fake.context, fakeRun(), { urn, name, id, inputs: wrapped(small), outputs: told });
    expect(fake.machines.size).toBe(0);
  });
});

describe("cloud-init's disc", () => {
  const [one, two] = ["#cloud-config\n#1", "#cloud-config\n#2"].map((userData) => ({
    ...changed,
    cloudInit: { userData },
  }));

  test("is not written where the policy refuses the update", async () => {
    const { fake, outputs } = await ready();
    await expect(change(fake, outputs, [small, { ...one, updatePolicy: "fail" }])).rejects.toThrow(/cannot change/);
    expect(fake.asked).toEqual([]);
    expect(fake.volumes.size).toBe(0);
  });

  test("does not stay where the definition is refused", async () => {
    const { fake, outputs } = await ready(one);
    const before = [...fake.volumes];
    fake.instead.set("domainDefineXmlFlags", () => {
      throw new Failure("invalid", "unsupported configuration");
    });
    await expect(change(fake, outputs, [one ?? small, two ?? small])).rejects.toThrow(/unsupported/);
    expect([...fake.volumes]).toEqual(before);
  });

  test("is given out by the drive before it goes", async () => {
    const { fake, outputs } = await ready(one);
    const drives: string[] = [];
    fake.instead.set("domainUpdateDeviceFlags", (args) => {
      expect(fake.volumes.size).toBe(1);
      const { xml } = args as { xml: string };
      drives.push(xml);
      const machine = fake.machines.get(id);
      if (machine?.live) machine.live = machine.live.replace(/<disk\b.*?<\/disk>/s, xml);
    });
    const done = await change(fake, outputs, [one ?? small, changed]);
    expect(drives).toEqual([expect.stringMatching(/ua-seed/)]);
    expect(drives[0]).not.toContain("<source");
    expect([fake.volumes.size, done.outputs.values["__seed"]]).toEqual([0, undefined]);
  });

  test("stays where the drive does not give it out, and goes with the machine", async () => {
    const { fake, outputs } = await ready(one);
    fake.instead.set("domainUpdateDeviceFlags", () => {
      throw new Failure("refused", "the tray is locked");
    });
    const run = fakeRun();
    const done = await change(fake, outputs, [one ?? small, changed], { run });
    expect(run.said).toContainEqual(expect.stringMatching(/tray is locked/));
    expect(fake.volumes.size).toBe(1);
    await remove(fake.context, fakeRun(), { urn, name, id, inputs: wrapped(changed), outputs: done.outputs });
    expect(fake.volumes.size).toBe(0);
  });

  test("and others that runs left which were killed go, and nobody else's", async () => {
    const fake = fakeHost();
    const killed = async (): Promise<void> => {
      await create(fake.context, fakeRun(), { urn, name, inputs: wrapped(one ?? small), preview: false });
      fake.machines.clear();
    };
    await killed();
    fake.volumes.add("vm-0123456789ab.seed.iso");
    const request = { urn, name, inputs: wrapped(two ?? small), preview: false };
    const { outputs } = await create(fake.context, fakeRun(), request);
    const own = String(outputs.values["__seed"]).split("/")[1];
    expect([...fake.volumes].sort()).toEqual(["vm-0123456789ab.seed.iso", own].sort());
    // What an update left goes with the machine.
    fake.volumes.add(`${own?.slice(0, -".seed.iso".length - 6)}abcdef.seed.iso`);
    await remove(fake.context, fakeRun(), { urn, name, id, inputs: wrapped(two ?? small), outputs });
    expect([...fake.volumes]).toEqual(["vm-0123456789ab.seed.iso"]);
  });
});

test("a preview tells of an edit that leads nowhere in the machine as it will be", async () => {
  const { fake, outputs } = await ready();
  const edited = (set: string): Bag => ({ ...small, xml: [{ set, value: "x" }] as unknown as Bag[] });
  const told = async (want: Bag): Promise<readonly string[]> => {
    const run = fakeRun();
    await change(fake, outputs, [small, want], { run, preview: true });
    return run.said.filter((line) => line.includes("xml:"));
  };
  expect(await told(edited("./devices/disk[7]/@a"))).toEqual([
    "domain vm on host fake: xml: ./devices/disk[7]/@a: there is no disk[7] in devices (the update will fail)",
  ]);
  expect(await told(edited("./memory/@dumpCore"))).toEqual([]);
  expect(await told({ ...edited("./devices/disk[7]/@a"), title: unknown })).toEqual([]);
});
