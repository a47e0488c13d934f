/** Pools, by the real engine on a real host. */
import { lab, on, virsh } from "../lab/lab";
import { type Outcome, type Stack, stack } from "./engine";

const { name: own, uri } = lab().own;
const path = "/var/lib/libvirt/e2e-pool";
let s: Stack;
beforeAll(() => {
  s = stack({ uri });
});
afterAll(async () => {
  await s.destroy();
  s.remove();
});
const program = (more = ""): string => `resources:
  store:
    type: kvm:Pool
    properties: { name: e2e-pool, path: ${path}${more} }
outputs:
  name: \${store.name}
  path: \${store.path}
`;
/** What would be done beside looking. */
const planned = ({ changes: { refresh: _, ...rest } }: Outcome): Record<string, number> => rest;
const state = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await virsh(own, "pool-info", "e2e-pool"))
      .split("\n")
      .map((line) => line.split(/:\s+/))
      .filter(([, value]) => value !== undefined),
  );

test("is made, started and marked for the host's start; then there is nothing to do", async () => {
  s.program(program());
  expect((await s.up()).changes).toEqual({ create: 1 });
  expect(await s.outputs()).toEqual({ name: "e2e-pool", path });
  expect(await state()).toMatchObject({ State: "running", Autostart: "yes", Persistent: "yes" });
  expect(planned(await s.preview())).toEqual({});
  expect(planned(await s.preview("--refresh"))).toEqual({});
});

test("what somebody stopped is seen and put back", async () => {
  await virsh(own, "pool-destroy", "e2e-pool");
  await virsh(own, "pool-autostart", "--disable", "e2e-pool");
  const seen = await s.refresh();
  expect(seen.text).toMatch(/pool e2e-pool on host .* is not active/);
  expect((await s.up()).changes).toEqual({ update: 1 });
  expect(await state()).toMatchObject({ State: "running", Autostart: "yes" });
  expect(planned(await s.preview("--refresh"))).toEqual({});
});

test("autostart and permissions change in place", async () => {
  s.program(program(", autostart: false, permissions: { mode: '0750' }"));
  expect((await s.up()).changes).toEqual({ update: 1 });
  expect(await state()).toMatchObject({ State: "running", Autostart: "no" });
  expect((await on(own, "stat", "-c", "%a", path)).trim()).toBe("750");
  expect(planned(await s.preview("--refresh"))).toEqual({});
});

test("another path is another pool", async () => {
  s.program(program().replaceAll(path, `${path}-2`));
  const { steps } = await s.preview();
  expect(steps.map(({ op }) => op)).toContain("replace");
  s.program(program());
  await s.up();
});

test("is not made anew while it holds volumes, though its contents were given up", async () => {
  s.program(program(", deleteContents: true"));
  await s.up();
  await virsh(own, "vol-create-as", "e2e-pool", "somebody's", "1M");
  s.program(program(", deleteContents: true").replaceAll(path, `${path}-2`));
  const said = /pool e2e-pool on host .*holds volumes: somebody's\. .*a resource of its own/s;
  for (const command of ["preview", "up"] as const) expect((await s.fails(command)).text).toMatch(said);
  s.program(program(", deleteContents: true }\n    options: { deleteBeforeReplace: true"));
  const urn = "urn:pulumi:test::e2e::kvm:index:Pool::store";
  expect((await s.fails("up", "--replace", urn)).text).toMatch(said);
  expect(await virsh(own, "vol-list", "e2e-pool")).toContain("somebody's");
  await virsh(own, "vol-delete", "--pool", "e2e-pool", "somebody's");
  s.program(program());
  await s.up();
});

test("is imported by its name, and then there is nothing to do", async () => {
  const other = stack({ uri });
  try {
    await other.pulumi(
      "import",
      "kvm:index:Pool",
      "default",
      "default",
      "--yes",
      "--protect=false",
      "--generate-code=false",
    );
    other.program(
      "resources: { default: { type: 'kvm:Pool', properties: { name: default, type: dir, path: /var/lib/libvirt/images } } }\n",
    );
    const { text } = await other.preview("--refresh");
    expect(text).not.toMatch(/replace|delete:/);
    await other.pulumi("state", "delete", "--all", "--yes");
  } finally {
    other.remove();
  }
});

test("one that does not run is imported so, and runs when the program says so, or nothing of it", async () => {
  const other = stack({ uri });
  const idle = "e2e-pool-idle";
  const runs = async (): Promise<string | undefined> => /State:\s+(\w+)/.exec(await virsh(own, "pool-info", idle))?.[1];
  await virsh(own, "pool-define-as", idle, "dir", "--target", `${path}-idle`);
  try {
    const { text } = await other.pulumi("import", "kvm:index:Pool", "idle", idle, "--yes", "--protect=false");
    const code = text.slice(text.indexOf("resources:")).replace(/\n\n[\s\S]*/, "\n");
    other.program(code);
    expect(planned(await other.preview("--refresh"))).toEqual({});
    await other.up();
    expect(await runs()).toBe("inactive");
    other.program(code.replace("active: false", "build: true"));
    expect(planned(await other.up())).toEqual({ update: 1 });
    expect(await runs()).toBe("running");
    other.program(code);
    await other.up();
    expect(await runs()).toBe("inactive");
    await virsh(own, "pool-start", idle);
    const back = await other.up("--refresh");
    expect(planned(back)).toEqual({ update: 1 });
    expect(await runs()).toBe("inactive");
    await other.destroy();
  } finally {
    other.remove();
    await on(own, "rm", "-rf", `${path}-idle`);
  }
});

test("a directory with data in it stays when the pool goes", async () => {
  await on(own, "touch", `${path}/somebody's`);
  const { text } = await s.destroy();
  expect(text).toMatch(/is not empty and stays/);
  expect(await virsh(own, "pool-list", "--all", "--name")).not.toContain("e2e-pool");
  expect(await on(own, "ls", path)).toContain("somebody's");
  await on(own, "rm", "-r", path);
});

test("an empty directory that we made goes too", async () => {
  s.program(program());
  await s.up();
  await s.destroy();
  await expect(on(own, "stat", path)).rejects.toThrow(/No such file/);
});

test("contents that were given up go too, but never under a domain that uses them", async () => {
  s.program(program(", deleteContents: true"));
  await s.up();
  await virsh(own, "vol-create-as", "e2e-pool", "disk", "1M");
  const domain = `<domain type='qemu'><name>e2e-pool-user</name><memory unit='MiB'>32</memory><os><type arch='x86_64' machine='q35'>hvm</type></os><devices><disk type='file'><source file='${path}/disk'/><target dev='vda'/></disk></devices></domain>`;
  await on(own, "sh", "-c", 'printf %s "$1" > /tmp/e2e-pool.xml && virsh define /tmp/e2e-pool.xml', "sh", domain);
  try {
    await virsh(own, "pool-destroy", "e2e-pool");
    expect((await s.fails("destroy")).text).toMatch(/in use: e2e-pool\/disk \(domain e2e-pool-user \(disk vda\)\)/);
    expect(await state()).toMatchObject({ State: "inactive" });
    expect(await on(own, "ls", path)).toContain("disk");
  } finally {
    await virsh(own, "undefine", "e2e-pool-user");
  }
  await s.destroy();
  await expect(on(own, "stat", path)).rejects.toThrow(/No such file/);
});

test("a pool that is not ours is never taken", async () => {
  s.program("resources: { p: { type: 'kvm:Pool', properties: { name: default, path: /var/lib/libvirt/other } } }\n");
  const { text } = await s.fails("up");
  expect(text).toMatch(/pool default on host .*pulumi import kvm:index:Pool p default/s);
});

test("a path that is not absolute is refused before anything happens", async () => {
  s.program("resources: { p: { type: 'kvm:Pool', properties: { path: images } } }\n");
  expect((await s.fails("preview")).text).toMatch(/path.*absolute/);
});
