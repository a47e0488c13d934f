/** cloud-init in a real Debian: its disc is found, its end is heard on the console, its disc changes in the drive. */
import { cloudImage, inventory, lab, virsh } from "../lab/lab";
import { type Stack, stack } from "./engine";

jest.setTimeout(1_200_000);

const { name: own, uri } = lab().own;

const userData = (command: string): string => JSON.stringify(`#cloud-config\nruncmd:\n  - ${command}\n`);
const program = (command: string, waitFor: string): string => `resources:
  base:
    type: kvm:Volume
    properties: { name: e2e-cloud-base, pool: default, source: { url: "file://${cloudImage}" } }
  root:
    type: kvm:Volume
    properties: { name: e2e-cloud-root, pool: default, backing: { volume: "\${base.id}" } }
  machine:
    type: kvm:Domain
    properties:
      name: e2e-cloud
      memory: 768MiB
      # Where it emulates, QEMU 7.2 crashes now and then with two: one CPU changes the memory map under the other.
      vcpus: 1
      # Emulated, the boot of the default (maximum) takes half as long again.
      cpu: { mode: custom, model: { value: qemu64 } }
      agent: false
      shutdown: { method: force }
      disks: [{ volume: "\${root.id}" }]
      interfaces: [{ network: default }]
      cloudInit: { userData: ${userData(command)} }
      waitFor: ${waitFor}
outputs:
  address: \${machine.address}
`;
/** Others may be at work on the host. */
const ours = async (): Promise<string[]> => {
  const { domains, volumes } = await inventory(own);
  return [...domains, ...volumes].filter((name) => name.includes("e2e-cloud"));
};
const seeds = async (): Promise<string[]> => (await ours()).filter((id) => id.endsWith(".seed.iso"));
const inTheDrive = async (): Promise<string | undefined> =>
  /\S+\.seed\.iso/.exec(await virsh(own, "domblklist", "e2e-cloud"))?.[0];

let s: Stack;
beforeAll(() => {
  s = stack({ uri });
});
afterAll(() => s.remove());

test("user data that cloud-init would pass over are refused before anything is made", async () => {
  s.program(program("uptime", "{ address: any }").replace("#cloud-config", "cloud-config"));
  const { text } = await s.fails("preview");
  expect(text).toMatch(/cloudInit\.userData.*must start with a line that cloud-init knows/s);
  expect(await ours()).toEqual([]);
});

test("the disc is found by a cloud kernel, and without an agent the end of cloud-init is heard on the console", async () => {
  s.program(program("uptime", "{ address: any, cloudInit: true, timeout: 900 }"));
  const { text } = await s.up();
  expect(text).toMatch(/waiting for an address and cloud-init: lease none/);
  expect(text).toMatch(/waiting for cloud-init: agent not configured, console not through yet/);
  expect(await seeds()).toHaveLength(1);
});

test("other user data are another disc in the drive of the same running machine", async () => {
  const [was, id] = [await inTheDrive(), (await virsh(own, "domid", "e2e-cloud")).trim()];
  s.program(program("/bin/true", "{ address: any }"));
  await s.up();
  expect((await s.outputs())["address"]).toMatch(/^192\.168\.12\d\./);
  expect((await virsh(own, "domid", "e2e-cloud")).trim()).toBe(id);
  const is = await inTheDrive();
  expect(is).toBeDefined();
  expect(is).not.toBe(was);
  expect(await seeds()).toEqual([expect.stringContaining(String(is).split("/").at(-1) ?? "")]);
  expect((await s.preview("--expect-no-changes")).changes).toEqual({});
});

test("a program that has no more use for the disc: the drive gives it out, then it goes, while the machine runs on", async () => {
  const id = (await virsh(own, "domid", "e2e-cloud")).trim();
  const stale = (await seeds())[0]?.replace(/\w{6}\.seed\.iso$/, "aaaaaa.seed.iso").replace(/^.*\//, "") ?? "";
  await virsh(own, "vol-create-as", "default", stale, "1k");
  s.program(program("/bin/true", "{ address: any }").replace(/ +cloudInit: .*\n/, ""));
  expect((await s.up()).text).toMatch(/disks cannot change while it runs/);
  expect((await virsh(own, "domid", "e2e-cloud")).trim()).toBe(id);
  expect([await inTheDrive(), await seeds()]).toEqual([undefined, []]);
});

test("nothing is left", async () => {
  await s.destroy();
  expect(await ours()).toEqual([]);
});
