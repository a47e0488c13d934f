/** Domains, by the real engine on a real host: a running machine changes in place, and what people do to it is seen. */
import { readFileSync } from "node:fs";
import { usersOf } from "../../provider/src/resources/volume/users";
import { bootId, guest, inventory, lab, on, virsh } from "../lab/lab";
import { type Stack, stack } from "./engine";
import { ownHost } from "./guests";

jest.setTimeout(300_000);
const { name: own, uri } = lab().own;
const images = "/var/lib/libvirt/images";

describe("a running machine", () => {
  let s: Stack;
  let boot = "";
  /** What the program says beside the machine's kernel; each test changes a line of it. */
  const said: Record<string, string> = {
    memory: "256MiB",
    maxMemory: "384MiB",
    vcpus: "1",
    maxVcpus: "2",
    interfaces: "[{ network: default }]",
    disks: `[{ file: ${images}/e2e-dom-1.iso, device: cdrom, readonly: true }]`,
    shutdown: "{ timeout: 30 }",
    waitFor: "{ agent: true, timeout: 240 }",
  };
  const program = (): string => `resources:
  vm:
    type: kvm:Domain
    properties:
      name: e2e-dom
      os: { kernel: ${guest.kernel}, initrd: ${guest.initrd}, cmdline: "${guest.cmdline}" }
${Object.entries(said)
  .map(([key, value]) => `      ${key}: ${value}\n`)
  .join("")}outputs:
  uuid: \${vm.uuid}
  pendingRestart: \${vm.pendingRestart}
  nics: \${vm.nics}
`;
  /** Applies the program; then it must be all in place, and the guest must not have started anew. */
  const changed = async (restarted = false): Promise<void> => {
    s.program(program());
    expect((await s.up()).changes).toEqual({ update: 1 });
    await s.preview("--refresh", "--expect-no-changes");
    const now = await bootId(own, "e2e-dom");
    if (restarted) expect(now).not.toBe(boot);
    else expect(now).toBe(boot);
    boot = now;
  };
  const live = (...args: string[]): Promise<string> => virsh(own, ...args);
  const devices = async (command: string): Promise<string[]> => {
    const lists = await Promise.all([live(command, "e2e-dom"), live(command, "--inactive", "e2e-dom")]);
    const [now = [], later = []] = lists.map((list) =>
      list
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean),
    );
    expect(now.length).toBe(later.length);
    return now;
  };

  beforeAll(async () => {
    await on(own, "sh", "-c", `cd ${images} && for i in 1 2; do truncate -s 1M e2e-dom-$i.iso e2e-dom-$i.img; done`);
    s = stack({ uri });
  });
  afterAll(async () => {
    await s.destroy();
    s.remove();
    await on(own, "sh", "-c", `rm -f ${images}/e2e-dom-*`);
    expect(JSON.stringify(await inventory(own))).not.toContain("e2e-dom");
  });

  test("comes up; then there is nothing to do", async () => {
    s.program(program());
    expect((await s.up()).changes).toEqual({ create: 1 });
    boot = await bootId(own, "e2e-dom");
    expect((await s.preview()).changes).toEqual({});
    await s.preview("--refresh", "--expect-no-changes");
  });

  test("title, description, metadata and autostart change on both sides", async () => {
    Object.assign(said, { title: "a title", description: "for people", autostart: "true" });
    said["metadata"] = `{ "urn:e2e": "<e:note xmlns:e='urn:e2e'>kept</e:note>" }`;
    await changed();
    for (const xml of [await live("dumpxml", "e2e-dom"), await live("dumpxml", "--inactive", "e2e-dom")])
      for (const text of ["<title>a title</title>", "<description>for people</description>", ">kept<"])
        expect(xml).toContain(text);
    expect(await live("dominfo", "e2e-dom")).toMatch(/Autostart: +enable/);
  });

  test("disks and cards are plugged in and out", async () => {
    said["disks"] =
      `${said["disks"]?.slice(0, -1)}, { file: ${images}/e2e-dom-1.img }, { file: ${images}/e2e-dom-2.img, serial: two }]`;
    said["interfaces"] = "[{ network: default }, { network: default, model: e1000e }]";
    await changed();
    expect(await devices("domblklist")).toHaveLength(3);
    const [, second] = await devices("domiflist");
    said["disks"] =
      `[{ file: ${images}/e2e-dom-1.iso, device: cdrom, readonly: true }, { file: ${images}/e2e-dom-2.img, serial: two }]`;
    said["interfaces"] = "[{ network: default, model: e1000e }]";
    await changed();
    expect((await devices("domblklist")).join("\n")).toMatch(/vdb +.*e2e-dom-2.img/);
    expect(await devices("domiflist")).toEqual([second]);
  });

  test("a medium is changed in its drive, and a disk's limits while it is in use", async () => {
    const limited = (disks = ""): string =>
      disks.replace("serial: two", 'serial: two, iotune: { totalBytesSec: "65536" }');
    said["disks"] = limited(said["disks"]?.replace("dom-1.iso", "dom-2.iso"));
    await changed();
    for (const side of ["--live", "--config"])
      expect(await live("blkdeviotune", "e2e-dom", "vdb", side)).toMatch(/total_bytes_sec: 65536/);
    expect((await s.outputs())["pendingRestart"]).toEqual([]);
    expect((await devices("domblklist"))[0]).toMatch(/dom-2.iso/);
  });

  test("memory and CPUs change below their ceilings", async () => {
    Object.assign(said, { memory: "320MiB", vcpus: "2" });
    await changed();
    expect(await live("dominfo", "e2e-dom")).toMatch(/CPU\(s\): +2/);
    expect(await live("dumpxml", "--inactive", "e2e-dom")).toContain("<currentMemory unit='KiB'>327680<");
  });

  test("what needs a cold start waits, is refused or restarts, as the policy says", async () => {
    said["maxVcpus"] = "3";
    s.program(program());
    expect((await s.preview()).text).toMatch(/vcpus cannot change while it runs and will wait/);
    await changed();
    expect((await s.outputs())["pendingRestart"]).toEqual(["vcpus"]);
    Object.assign(said, { maxVcpus: "4", updatePolicy: "fail" });
    s.program(program());
    expect((await s.fails("up")).text).toMatch(/domain e2e-dom on host .*vcpus cannot change while it runs/);
    Object.assign(said, { updatePolicy: "restart", vcpus: "1" });
    await changed(true);
    expect((await s.outputs())["pendingRestart"]).toEqual([]);
    expect(await live("vcpucount", "e2e-dom", "--maximum", "--live")).toMatch(/4/);
  });

  test("pause and shutdown are seen and put right; a removed first card left its mark nowhere", async () => {
    await live("suspend", "e2e-dom");
    const { steps } = await s.up("--refresh");
    expect(steps.find(({ op }) => op === "update")?.diff).toHaveProperty("powerState");
    expect((await live("domstate", "e2e-dom")).trim()).toBe("running");
    await live("shutdown", "e2e-dom");
    const { host, close } = ownHost();
    const off = async (): Promise<true | undefined> =>
      (await live("domstate", "e2e-dom")).trim() === "shut off" || undefined;
    await host.until(["domainLifecycle"], off, { deadline: Date.now() + 60_000 }).finally(close);
    await s.up("--refresh");
    expect((await live("domstate", "e2e-dom")).trim()).toBe("running");
    await s.preview("--refresh", "--expect-no-changes");
  });
});

test("a restart that Ctrl-C cut short is made up for, and what waits is told until another process runs", async () => {
  const s = stack({ uri });
  // It has no system: nobody there hears the button.
  const body = "name: e2e-deaf, memory: 64MiB, vcpus: 1, shutdown: { method: acpi, timeout: 5 }";
  const says = (more: string): void =>
    s.program(`resources:\n  vm: { type: "kvm:Domain", properties: { ${body}${more} } }
outputs: { pendingRestart: "\${vm.pendingRestart}" }\n`);
  const live = (): Promise<string> => virsh(own, "dumpxml", "e2e-deaf");
  const pending = async (): Promise<unknown> => (await s.outputs())["pendingRestart"];
  try {
    says("");
    await s.up();
    const cpu = ", cpu: { mode: custom, model: { value: qemu64 } }";
    says(`${cpu}, updatePolicy: restart`);
    const cut = s.start("up", "--yes", "--skip-preview");
    await cut.seen(/pressed the power button/);
    cut.process.kill("SIGINT");
    expect((await cut.outcome).code).not.toBe(0);
    expect(await live()).not.toContain("qemu64");
    expect(await s.exported()).toMatch(/"pendingRestart": \[\s*"cpu"\s*\]/);
    expect((await s.preview()).text).toMatch(/e2e-deaf will be restarted: cpu/);
    await s.up();
    expect(await live()).toContain("qemu64");
    expect(await pending()).toEqual([]);
    says(`${cpu}, xml: [{ set: ./devices/memballoon/@autodeflate, value: "on" }]`);
    await s.up();
    expect(await pending()).toEqual(["xml"]);
    await s.up("--refresh");
    expect(await pending()).toEqual(["xml"]);
    says(`${cpu}, updatePolicy: fail`);
    expect((await s.fails("up")).text).toMatch(/xml cannot change while it runs/);
    await virsh(own, "destroy", "e2e-deaf");
    await virsh(own, "start", "e2e-deaf");
    says(`${cpu}, xml: [{ set: ./devices/memballoon/@autodeflate, value: "on" }]`);
    await s.up("--refresh");
    expect(await pending()).toEqual([]);
  } finally {
    await s.destroy();
    s.remove();
  }
});

describe("a stopped machine", () => {
  let s: Stack;
  const body =
    "memory: 128MiB, vcpus: 1, powerState: stopped, shutdown: { method: force }, interfaces: [{ network: default }]";
  const program = (more = ""): string =>
    `resources:\n  vm: { type: "kvm:Domain", properties: { name: e2e-off, ${body}${more} } }\noutputs: { uuid: "\${vm.uuid}" }\n`;
  beforeAll(async () => {
    s = stack({ uri });
    s.program(program());
    await s.up();
  });
  afterAll(async () => {
    await s.destroy();
    s.remove();
    await on(own, "rm", "-f", `${images}/e2e-off.img`);
  });

  test.each<[string, () => Promise<unknown>]>([
    ["setmem", () => virsh(own, "setmem", "e2e-off", "64M", "--config")],
    [
      "attach-disk",
      async () => {
        await on(own, "truncate", "-s", "1M", `${images}/e2e-off.img`);
        await virsh(own, "attach-disk", "e2e-off", `${images}/e2e-off.img`, "vdb", "--persistent");
      },
    ],
    ["attach-interface", () => virsh(own, "attach-interface", "e2e-off", "network", "default", "--persistent")],
    ["autostart", () => virsh(own, "autostart", "e2e-off")],
    ["start", () => virsh(own, "start", "e2e-off")],
    [
      "edit",
      () => on(own, "sh", "-c", "EDITOR=\"sed -i 's/<on_crash>destroy/<on_crash>restart/'\" virsh -q edit e2e-off"),
    ],
  ])("virsh %s is seen, put back, and nothing else", async (_, drift) => {
    const before = await virsh(own, "dumpxml", "--inactive", "e2e-off");
    await drift();
    expect((await s.up("--refresh")).changes).toMatchObject({ update: 1 });
    expect(await virsh(own, "dumpxml", "--inactive", "e2e-off")).toBe(before);
    expect((await virsh(own, "domstate", "e2e-off")).trim()).toBe("shut off");
    await s.preview("--refresh", "--expect-no-changes");
  });

  test("a backup tool's snapshot is no drift, is left alone, and keeps the image under it", async () => {
    const disk = `  disk: { type: "kvm:Volume", properties: { name: e2e-off-disk, pool: default, capacity: 1MiB } }\n`;
    const says = (more = ""): void =>
      s.program(program(`, disks: [{ volume: "\${disk.id}" }]${more}`).replace("resources:\n", `resources:\n${disk}`));
    says();
    await s.up();
    await virsh(own, "snapshot-create-as", "e2e-off", "backup", "--disk-only");
    const top = async (): Promise<string> => await virsh(own, "domblklist", "e2e-off");
    expect(await top()).toContain("e2e-off-disk.backup");
    const { text } = await s.preview("--refresh", "--expect-no-changes");
    expect(text).toMatch(/disk vda now writes to a snapshot/);
    says(", title: a title");
    expect((await s.up("--refresh")).changes).toMatchObject({ update: 1 });
    expect(await top()).toContain("e2e-off-disk.backup");
    await s.preview("--refresh", "--expect-no-changes");
    const { host, close } = ownHost();
    const base = { pool: "default", name: "e2e-off-disk" };
    await expect(usersOf(host, base, `${images}/e2e-off-disk`)).resolves.toContain("snapshot backup of domain e2e-off");
    // Who keeps no record of it leaves it to the images.
    await virsh(own, "snapshot-delete", "e2e-off", "backup", "--metadata");
    await s.preview("--refresh", "--expect-no-changes");
    await expect(usersOf(host, base, `${images}/e2e-off-disk`).finally(close)).resolves.toEqual([
      "volume default/e2e-off-disk.backup is based on it",
    ]);
    await virsh(own, "detach-disk", "e2e-off", "vda", "--config");
    await virsh(own, "vol-delete", "e2e-off-disk.backup", "default");
    s.program(program());
    await s.up("--refresh");
  });

  test("an overlay that somebody made by hand is left alone; where nobody can tell that it is one, up refuses the image under it", async () => {
    const dir = "/var/lib/e2e-overlay";
    const sh = (script: string): Promise<string> => on(own, "sh", "-c", script);
    const disk = (file: string): string => `, disks: [{ file: ${dir}/${file}, driver: { type: qcow2 } }]`;
    const writesTo = async (): Promise<string> =>
      (await virsh(own, "domblklist", "e2e-off")).trim().split(/ +/)[1] ?? "";
    const [base, over] = [`${dir}/base.qcow2`, `${dir}/over.qcow2`];
    await sh(`mkdir ${dir} && cd ${dir} && qemu-img create -q -f qcow2 base.qcow2 1M`);
    try {
      s.program(program(disk("base.qcow2")));
      await s.up();
      await sh(`cd ${dir} && qemu-img create -q -f qcow2 -b base.qcow2 -F qcow2 over.qcow2`);
      await sh(`EDITOR="sed -i s,base.qcow2,over.qcow2," virsh -q edit e2e-off`);
      const { text } = await s.preview("--refresh", "--expect-no-changes");
      expect(text).toMatch(/disk vda now writes to a snapshot/);
      await s.up("--refresh");
      expect(await writesTo()).toBe(over);
      // As where its storage is not mounted just now.
      await sh(`mv ${over} ${over}.away`);
      const danger = new RegExp(
        `domain e2e-off on host .*disk vda writes to ${over}, and ${base} would be put back.*cannot be told.*No such file.*name ${over} in disks.0.`,
        "s",
      );
      expect((await s.preview("--refresh")).text).toMatch(danger);
      expect((await s.fails("up", "--refresh")).text).toMatch(danger);
      expect((await s.fails("up")).text).toMatch(danger);
      expect(await writesTo()).toBe(over);
      // What was refused is no more to be done once the image tells what it is.
      await sh(`mv ${over}.away ${over}`);
      await s.up("--refresh");
      expect(await writesTo()).toBe(over);
      await s.preview("--refresh", "--expect-no-changes");
      await sh(`mv ${over} ${over}.away`);
      s.program(program(disk("over.qcow2")));
      await s.up("--refresh");
      await s.preview("--refresh", "--expect-no-changes");
      expect(await writesTo()).toBe(over);
    } finally {
      s.program(program());
      await s.up("--refresh");
      await sh(`rm -r ${dir}`);
    }
  });

  test("one that lost its mark is marked again by the next up", async () => {
    const marks = async (): Promise<string[]> =>
      (await virsh(own, "dumpxml", "--inactive", "e2e-off")).match(/nonce=.\w+/g) ?? [];
    const before = await marks();
    await virsh(own, "metadata", "e2e-off", "urn:pulumi-kvm:1", "--remove", "--config");
    expect(await marks()).toEqual([]);
    expect((await s.refresh()).text).toMatch(/the mark in its metadata that says whose it is, is gone/);
    expect((await s.up()).changes).toEqual({ update: 1 });
    expect([before.length, await marks()]).toEqual([1, before]);
    await s.preview("--refresh", "--expect-no-changes");
  });

  test("is imported by name and by UUID, with nothing to do afterwards", async () => {
    for (const id of ["e2e-off", String((await s.outputs())["uuid"])]) {
      const other = stack({ uri });
      try {
        const file = `${other.dir}/imported.yaml`;
        await other.pulumi(
          "import",
          "kvm:index:Domain",
          "vm",
          id,
          "--yes",
          "--skip-preview",
          "--protect=false",
          "--out",
          file,
        );
        const text = readFileSync(file, "utf8");
        other.program(text);
        expect((await other.preview()).changes).toEqual({});
        await other.preview("--refresh", "--expect-no-changes");
        await other.pulumi("stack", "rm", "--force", "--yes");
      } finally {
        other.remove();
      }
    }
  });

  test("one that the state forgot is taken over as it is, and kept where it does not start", async () => {
    const forget = (): Promise<unknown> =>
      s.pulumi("state", "delete", "urn:pulumi:test::e2e::kvm:index:Domain::vm", "--yes");
    const xml = async (): Promise<string> =>
      (await virsh(own, "dumpxml", "--inactive", "e2e-off")).replace(/nonce=.[0-9a-f]+/, "");
    const before = await xml();
    await forget();
    expect((await s.up()).changes).toEqual({ create: 1 });
    expect(await xml()).toBe(before);
    await forget();
    s.program(
      program(`, disks: [{ file: ${images}/e2e-nowhere.img }]`).replace("powerState: stopped", "powerState: running"),
    );
    expect((await s.fails("up")).text).toMatch(/domain e2e-off on host .*e2e-nowhere/s);
    expect((await virsh(own, "domstate", "e2e-off")).trim()).toBe("shut off");
    s.program(program());
    expect((await s.up()).changes).toMatchObject({ update: 1 });
    expect(await xml()).toBe(before);
    await s.preview("--refresh", "--expect-no-changes");
  });

  test("what somebody deleted is made anew", async () => {
    await virsh(own, "undefine", "e2e-off");
    expect((await s.up("--refresh")).changes["create"]).toBe(1);
    expect((await virsh(own, "domstate", "e2e-off")).trim()).toBe("shut off");
  });
});
