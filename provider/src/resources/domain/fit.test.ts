import { Failure } from "../../failure";
import type { Host } from "../../host/host";
import { resources } from "../../model";
import type { Bag } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { effective } from "../inputs";
import { mustFit, unfit, type Wish, warnOfUnfit } from "./fit";
import { fakeRun } from "./testing/host";

/** As libvirt 9.0 tells it, cut to what is looked at. */
const capabilities = `<capabilities><host><cpu><arch>x86_64</arch></cpu></host>
  <guest><os_type>hvm</os_type><arch name='x86_64'><machine canonical='pc-q35-7.2'>q35</machine><machine>isapc</machine>
    <domain type='qemu'/></arch></guest></capabilities>`;
const values = (name: string, ...words: string[]): string =>
  `<enum name='${name}'>${words.map((word) => `<value>${word}</value>`).join("")}</enum>`;
const domain = `<domainCapabilities><machine>pc-q35-7.2</machine><vcpu max='288'/>
  <os>${values("firmware")}</os>
  <cpu><mode name='host-passthrough' supported='no'/><mode name='maximum' supported='yes'/></cpu>
  <devices><disk supported='yes'>${values("bus", "fdc", "scsi", "virtio", "usb", "sata")}</disk>
    <tpm supported='yes'>${values("model", "tpm-tis", "tpm-crb")}${values("backendModel", "passthrough")}</tpm>
    <graphics supported='yes'>${values("type", "vnc")}</graphics></devices></domainCapabilities>`;
const asked: object[] = [];
const host = (driver = "qemu"): Host =>
  ({
    name: "rack",
    identity: async () => ({ driver, libvirt: "9.0.0" }),
    capabilities: async () => capabilities,
    domainCapabilities: async (kind: object) => {
      asked.push(kind);
      return domain;
    },
  }) as unknown as Host;
const wish = (said: Bag): Wish => ({ said, wanted: effective(resources.Domain.inputs, said) as Wish["wanted"] });
const faults = async (said: Bag, driver?: string): Promise<[string, string][]> =>
  (await unfit(host(driver), wish(said), {})).map(({ property, reason }) => [property.join("."), reason]);

test("what the host's libvirt does not know is told with the version that does", async () => {
  const said = { memory: "1GiB", cpu: { topology: { clusters: 1 } }, disks: [{ file: "/a", rawio: true }] };
  expect(await faults(said)).toEqual([["cpu.topology.clusters", "needs libvirt 10.1.0; the host has 9.0.0"]]);
  expect(await faults(said, "lxc")).toContainEqual(["disks.0.rawio", "exists only with qemu; the host runs lxc"]);
  const container = { memory: "1GiB", os: { init: "/bin/sh" }, features: { privnet: true } };
  expect(await faults(container)).toEqual([
    ["os.init", "exists only with lxc, openvz, vz; the host runs qemu"],
    ["features.privnet", "exists only with lxc; the host runs qemu"],
  ]);
  expect(await faults(container, "lxc")).toEqual([]);
});

test("what the host does not offer is told all at once, with what it offers and what brings it", async () => {
  const said: Bag = {
    memory: "1GiB",
    vcpus: 300,
    cpu: { mode: "host-passthrough" },
    disks: [{ file: "/a" }, { file: "/b", target: { dev: "hda", bus: "ide" } }],
    graphics: [{ type: "vnc" }, { type: "spice" }],
    tpms: [{ model: "tpm-crb", backend: { type: "emulator" } }],
  };
  expect(await faults(said)).toEqual([
    ["vcpus", "is 300, and a machine pc-q35-7.2 has at most 288 on this host"],
    ["disks.1.target.bus", 'is "ide"; this host offers fdc, scsi, virtio, usb, sata'],
    ["graphics.1.type", 'is "spice"; this host offers vnc'],
    ["tpms.0.backend.type", 'is "emulator"; this host offers passthrough: install swtpm on the host'],
    ["cpu.mode", 'is "host-passthrough"; this host offers maximum, custom'],
  ]);
  expect(asked.at(-1)).toEqual({ virttype: "qemu", arch: "x86_64", machine: "q35" });
});

test("no firmware at all is told as well", async () => {
  expect(await faults({ memory: "1GiB", os: { firmware: "efi" } })).toEqual([
    ["os.firmware", 'is "efi"; this host offers none: install the firmware on the host (OVMF, AAVMF)'],
  ]);
});

test("an unknown machine, architecture or hypervisor is told with those that there are", async () => {
  expect(await faults({ memory: "1GiB", type: "kvm", os: { machine: "q36" } })).toEqual([
    ["type", 'is "kvm"; this host has no such hypervisor; it has qemu'],
    ["os.machine", 'is "q36"; this host has no such machine; it has q35, pc-q35-7.2, isapc'],
  ]);
  expect(await faults({ memory: "1GiB", os: { arch: "riscv64" } })).toEqual([
    ["os.arch", 'is "riscv64"; this host has no such architecture; it has x86_64'],
  ]);
});

test("a machine of which nothing is asked costs no question, and what is not known yet is no fault", async () => {
  asked.length = 0;
  expect(await faults({ memory: "1GiB", vcpus: 4 })).toEqual([]);
  expect(asked).toEqual([]);
  expect(await faults({ memory: "1GiB", os: { machine: unknown, arch: unknown }, graphics: [unknown] })).toEqual([]);
  // Also of a list of which the host has nothing.
  expect(await faults({ memory: "1GiB", os: { firmware: unknown } })).toEqual([]);
});

test("a failure names the property and stops; a preview warns; what was so before is no news", async () => {
  const [none, spice] = [wish({ memory: "1GiB" }), wish({ memory: "1GiB", graphics: [{ type: "spice" }] })];
  const failure = await mustFit(host(), "vm", spice, {}).catch((thrown: unknown) => thrown);
  expect(failure).toBeInstanceOf(Failure);
  expect(failure).toMatchObject({
    code: "unsupported",
    message: expect.stringMatching(
      /^domain vm on host rack: graphics\[0\]\.type is "spice"; this host offers vnc\. Nothing/,
    ),
    circumstances: { property: ["graphics", 0, "type"] },
  });
  await expect(mustFit(host(), "vm", spice, {}, spice)).resolves.toBeUndefined();
  await expect(mustFit(host(), "vm", spice, {}, none)).rejects.toBeInstanceOf(Failure);
  const [later, twice] = [
    ["vnc", "spice"],
    ["spice", "spice"],
  ].map((types) => wish({ memory: "1GiB", graphics: types.map((type) => ({ type })) })) as [Wish, Wish];
  await expect(mustFit(host(), "vm", later, {}, spice)).resolves.toBeUndefined();
  await expect(mustFit(host(), "vm", twice, {}, spice)).rejects.toBeInstanceOf(Failure);
  const run = fakeRun();
  await warnOfUnfit(run, host(), "vm", spice, {});
  expect(run.said).toEqual([expect.stringMatching(/graphics\[0\]\.type is "spice".*\(the update will fail\)/)]);
});

test("a preview tells what it could not ask, and of a host that does not answer once", async () => {
  const failing = (failure: Error): Host =>
    ({ ...host(), capabilities: () => Promise.reject(failure) }) as unknown as Host;
  const run = fakeRun();
  const away = failing(new Failure("connection", "it cannot be reached"));
  const denied = failing(new Failure("denied", "it shows them to nobody"));
  const broken = failing(new TypeError("x is undefined"));
  const over = failing(new Failure("cancelled", "stopped by the user"));
  for (const [one, name] of [
    [away, "a"],
    [away, "b"],
    [denied, "c"],
    [broken, "d"],
    [over, "e"],
  ] as const)
    await warnOfUnfit(run, one, name, wish({ memory: "1GiB" }), {});
  expect(run.said).toEqual([
    expect.stringMatching(/^on host rack: it cannot be reached \(this preview goes on without it\)/),
    expect.stringMatching(/^domain c on host rack: it shows them to nobody/),
    expect.stringMatching(/^domain d on host rack: a defect in this provider: x is undefined/),
  ]);
});
