/** One question of each family of libvirt's calls, and real events of each kind that a small guest brings about. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import type { EventName, EventOf } from "../../provider/src/libvirt";
import type { Command } from "../../provider/src/qmp";
import { daemon, lab } from "../lab/lab";
import { ownHost } from "./guests";

const { host, close } = ownHost();
const { own } = lab();
const folder = `/run/families-${process.pid}`;
const uuid = randomUUID();
const dom = { uuid };
const name = `families-${process.pid}`;

const heard: EventOf<EventName>[] = [];
const hearers = new Set<() => void>();
const KINDS = [
  "domainLifecycle",
  "domainReboot",
  "domainDeviceAdded",
  "domainDeviceRemoved",
  "domainDiskChange",
  "domainTrayChange",
  "domainBlockJob",
  "domainMetadataChange",
  "domainGraphics",
  "domainJobCompleted",
  "domainWatchdog",
  "domainIoError",
  "networkLifecycle",
  "storagePoolLifecycle",
  "storagePoolRefresh",
  "secretLifecycle",
  "secretValueChanged",
  "qemuMonitor",
] as const;

/** Waits for such an event, whether it has come already or comes yet: the time the test has is its end. */
function seen<E extends EventName>(kind: E, like: object): Promise<void> {
  return new Promise((done) => {
    const look = () => {
      if (!heard.some((event) => event.kind === kind && matches(event, like))) return;
      hearers.delete(look);
      done();
    };
    hearers.add(look);
    look();
  });
}
const matches = (event: object, like: object): boolean =>
  Object.entries(like).every(([key, value]) => {
    const has = (event as Record<string, unknown>)[key];
    return typeof value === "object" ? matches(has as object, value) : has === value;
  });

/** Its processors do not run: what happens to it comes from outside. */
const machine = `<domain type='qemu'><name>${name}</name><uuid>${uuid}</uuid><memory unit='MiB'>32</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='q35'>hvm</type></os>
<devices><disk type='file' device='cdrom'><source file='${folder}/none.iso' startupPolicy='optional'/><target dev='sda' bus='sata'/><readonly/></disk>
<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='${folder}/disk'/><target dev='sdb' bus='sata'/></disk>
<controller type='virtio-serial'/><controller type='scsi' model='virtio-scsi'/>
<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
<graphics type='vnc' autoport='yes' listen='${own.address}'/></devices></domain>`;
/** virDomainCreateFlags: START_PAUSED */
const PAUSED = 1;

beforeAll(async () => {
  await host.run(["mkdir", "-p", folder]);
  await host.put(`${folder}/disk`, Buffer.alloc(1 << 20, 7), "0666");
  await host.put(`${folder}/cd.iso`, Buffer.alloc(1 << 16), "0666");
  for (const kind of KINDS)
    await host.on(kind, (event) => {
      heard.push(event);
      for (const look of hearers) look();
    });
  await host.call("domainDefineXmlFlags", { xml: machine });
  await host.call("domainCreateWithFlags", { dom, flags: PAUSED });
});
afterAll(async () => {
  await host.call("domainDestroyFlags", { dom }).catch(() => undefined);
  await host.call("domainUndefineFlags", { dom }).catch(() => undefined);
  await host.run(["rm", "-rf", "--", folder]);
  await close();
});

const list = { needResults: 1 };
const has = expect.objectContaining;
const some = expect.arrayContaining;
const nonempty = expect.stringMatching(/./);
const running: Command<object, string> = {
  name: "query-status",
  read: (answer) => (answer as { status?: string } | undefined)?.status,
};
const lacking: Command<object, true> = { name: "no-such-command", read: () => true };
const defaultNet = async () => (await host.call("networkLookupByName", { name: "default" })).net;
const text = (key: string, root: string) => has({ [key]: expect.stringMatching(new RegExp(`<${root}`)) });

test.each<readonly [string, () => Promise<unknown>, unknown]>([
  ["connection", () => host.call("connectGetHostname", {}), { hostname: own.name }],
  ["capabilities", () => host.capabilities(), expect.stringMatching(/<capabilities>/)],
  ["node", () => host.call("nodeGetInfo", {}), has({ cpus: expect.any(Number), model: nonempty })],
  ["node memory", () => host.call("nodeGetFreeMemory", {}), has({ freeMem: expect.anything() })],
  ["domain state", () => host.call("domainGetState", { dom }), has({ state: 3 })],
  [
    "domain statistics",
    () => host.call("connectGetAllDomainStats", { doms: [dom], stats: 0 }),
    { retStats: [has({ dom: has({ uuid }), params: some([has({ field: "state.state" })]) })] },
  ],
  ["domain jobs", () => host.call("domainGetJobInfo", { dom }), has({ type: 0 })],
  ["snapshots", () => host.call("domainListAllSnapshots", { dom, ...list }), { snapshots: [], ret: 0 }],
  ["checkpoints", () => host.call("domainListAllCheckpoints", { dom, ...list }), { checkpoints: [], ret: 0 }],
  [
    "storage",
    () => host.call("connectGetStoragePoolCapabilities", {}),
    text("capabilities", "storagepoolCapabilities"),
  ],
  [
    "network ports",
    async () => host.call("networkListAllPorts", { network: await defaultNet() }),
    has({ ports: expect.any(Array) }),
  ],
  [
    "nwfilters",
    () => host.call("connectListAllNwfilters", list),
    has({ filters: some([has({ name: "clean-traffic" })]) }),
  ],
  ["nwfilter bindings", () => host.call("connectListAllNwfilterBindings", list), has({ bindings: expect.any(Array) })],
  ["secrets", () => host.call("connectListAllSecrets", list), has({ secrets: expect.any(Array) })],
  [
    "node devices",
    () => host.call("connectListAllNodeDevices", list),
    has({ devices: some([has({ name: "computer" })]) }),
  ],
  ["QEMU's monitor", () => host.monitor(uuid, running, {}), expect.stringMatching(/^(paused|prelaunch)$/)],
])("%s", async (_family, ask, answer) => {
  expect(await ask()).toEqual(answer);
});

test("host interfaces, where its libvirt has a driver for them", async () => {
  const read = host.call("connectListAllInterfaces", list);
  if (own.kind === "trixie") await expect(read).rejects.toMatchObject({ code: "unsupported" });
  else await expect(read).resolves.toMatchObject({ ifaces: some([has({ name: "lo" })]) });
});

test("what cannot be answered says why, and where", async () => {
  const object = "domain x";
  await expect(host.monitor(uuid, lacking, {}, { object })).rejects.toMatchObject({
    code: "unsupported",
    message: expect.stringMatching(/^domain x on host .*no-such-command was refused/),
  });
  await expect(host.agent(uuid, running, {}, { object })).rejects.toMatchObject({
    code: "refused",
    message: expect.stringMatching(/^domain x on host .*virDomainQemuAgentCommand/),
  });
});

test("files of the host, whatever they are called", async () => {
  const path = `${folder}/-a 'b' "$(touch c)"; \n*`;
  const content = Buffer.from("one\0two");
  await host.put(path, content, "0600");
  expect(await host.get(path, 100)).toEqual(content);
  expect((await host.run(["stat", "-c", "%a", "--", path])).stdout.toString()).toBe("600\n");
  expect(await host.space(folder)).toBeGreaterThan(0);
  await expect(host.get(`${folder}/none`, 100)).rejects.toMatchObject({ code: "missing" });
});

/** virDomainModificationImpact: LIVE */
const LIVE = 1;
const lone = `<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='${folder}/plugged'/><target dev='sdc' bus='scsi'/><alias name='ua-plugged'/></disk>`;
/** virDomainBlockCopyFlags: TRANSIENT_JOB */
const TRANSIENT = 4;

describe("events of a domain", () => {
  test("its life, and its disk that was not there at its start", async () => {
    await seen("domainLifecycle", { dom, event: 0 });
    await seen("domainLifecycle", { dom, event: 2 });
    await seen("domainDiskChange", { dom, oldSrcPath: `${folder}/none.iso` });
  });

  test("reset, and QEMU's own word for it", async () => {
    await host.call("domainReset", { dom });
    await seen("domainReboot", { dom });
    await seen("qemuMonitor", { dom, event: "RESET" });
  });

  test("a device comes and goes", async () => {
    await host.put(`${folder}/plugged`, Buffer.alloc(1 << 16), "0666");
    await host.call("domainAttachDeviceFlags", { dom, xml: lone, flags: LIVE });
    await seen("domainDeviceAdded", { dom, devAlias: "ua-plugged" });
    await host.call("domainDetachDeviceFlags", { dom, xml: lone, flags: LIVE });
    await seen("domainDeviceRemoved", { dom, devAlias: "ua-plugged" });
  });

  test("a tray opens for another disc", async () => {
    const xml = `<disk type='file' device='cdrom'><source file='${folder}/cd.iso'/><target dev='sda' bus='sata'/><readonly/></disk>`;
    await host.call("domainUpdateDeviceFlags", { dom, xml, flags: LIVE });
    await seen("domainTrayChange", { dom, reason: 0 });
  });

  test("a disk's copy is ready", async () => {
    const destxml = `<disk type='file'><driver type='raw'/><source file='${folder}/copy'/></disk>`;
    await host.call("domainBlockCopy", { dom, path: "sdb", destxml, params: [], flags: TRANSIENT });
    await seen("domainBlockJob", { dom, dst: "sdb", status: 3 });
    await host.call("domainBlockJobAbort", { dom, path: "sdb" });
    await seen("domainBlockJob", { dom, dst: "sdb", status: 2 });
  });

  test("its description changes", async () => {
    await host.call("domainSetMetadata", { dom, type: 0, metadata: "told", flags: LIVE });
    await seen("domainMetadataChange", { dom, type: 0 });
  });
});

test("somebody looks at the screen", async () => {
  const { xml } = await host.call("domainGetXmlDesc", { dom, flags: 0 });
  const viewer = connect(Number(/type='vnc' port='(\d+)'/.exec(xml)?.[1]), own.address);
  await once(viewer, "connect");
  await seen("domainGraphics", { dom, phase: 0, local: { family: 0, node: own.address } });
  // The version that it shall speak, no authentication, and not alone at the screen.
  for (const words of ["RFB 003.008\n", Buffer.from([1]), Buffer.from([1])]) {
    await once(viewer, "data");
    viewer.write(words);
  }
  await seen("domainGraphics", { dom, phase: 1 });
  viewer.destroy();
  await seen("domainGraphics", { dom, phase: 2 });
});

test("a backup is done", async () => {
  const backupXml = `<domainbackup><disks><disk name='sda' backup='no'/><disk name='sdb' type='file'><target file='${folder}/backup'/><driver type='raw'/></disk></disks></domainbackup>`;
  await host.call("domainBackupBegin", { dom, backupXml });
  await seen("domainJobCompleted", { dom });
});

/** In the first sector of a disk: starts the watchdog with no time at all, writes itself to the second disk, and halts. */
const sector = Buffer.alloc(512);
sector.set(
  [
    ...[0x31, 0xc0, 0x8e, 0xc0, 0xbb, 0x00, 0x7c], // es:bx is where it lies
    ...[0xb0, 0x0f, 0xba, 0x43, 0x04, 0xee], // out 0x443, 15
    ...[0xb8, 0x01, 0x03, 0xb9, 0x01, 0x00, 0xba, 0x81, 0x00, 0xcd, 0x13], // int 0x13: write one sector to drive 0x81
    ...[0xf4, 0xeb, 0xfd],
  ],
  0,
);
sector.set([0x55, 0xaa], 510);

test("a guest hangs, and finds its disk's host full", async () => {
  const doomed = { uuid: randomUUID() };
  const full = `${folder}/full`;
  const disk = (file: string, target: string, order: number) =>
    `<disk type='file' device='disk'><driver name='qemu' type='raw' error_policy='stop'/><source file='${file}'/><target dev='${target}' bus='ide'/><boot order='${order}'/></disk>`;
  const xml = `<domain type='qemu'><name>${name}-doomed</name><uuid>${doomed.uuid}</uuid><memory unit='MiB'>32</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os>
<devices>${disk(`${folder}/boot`, "hda", 1)}${disk(`${full}/disk`, "hdb", 2)}<watchdog model='ib700' action='none'/></devices></domain>`;
  await host.put(`${folder}/boot`, sector, "0666");
  await host.run(["mkdir", full]);
  await host.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=0777", "full", full]);
  try {
    await host.run(["truncate", "-s", "1M", `${full}/disk`]);
    await host.run(["chmod", "0666", `${full}/disk`]);
    // Ends where there is no more room.
    await host.run(["dd", "if=/dev/zero", `of=${full}/filler`, "bs=4k"]);
    await host.call("domainCreateXml", { xmlDesc: xml });
    await seen("domainWatchdog", { dom: doomed, action: 0 });
    await seen("domainIoError", { dom: doomed, srcPath: `${full}/disk`, action: 1, reason: "enospc" });
    await seen("domainLifecycle", { dom: doomed, event: 3 });
  } finally {
    await host.call("domainDestroyFlags", { dom: doomed }).catch(() => undefined);
    await host.run(["umount", full]);
  }
});

test("events of a network", async () => {
  const { net } = await host.call("networkDefineXml", { xml: `<network><name>${name}</name></network>` });
  await host.call("networkUndefine", { net });
  for (const event of [0, 1]) await seen("networkLifecycle", { net: { uuid: net.uuid }, event });
});

test("events of a pool", async () => {
  const xml = `<pool type='dir'><name>${name}</name><target><path>${folder}</path></target></pool>`;
  const { pool } = await host.call("storagePoolDefineXml", { xml });
  await host.call("storagePoolCreate", { pool });
  await host.call("storagePoolRefresh", { pool });
  await host.call("storagePoolDestroy", { pool });
  await host.call("storagePoolUndefine", { pool });
  await seen("storagePoolRefresh", { pool: { uuid: pool.uuid } });
  for (const event of [0, 2, 3, 1]) await seen("storagePoolLifecycle", { pool: { uuid: pool.uuid }, event });
});

test("events of a secret", async () => {
  const xml = `<secret ephemeral='yes' private='yes'><usage type='volume'><volume>/${name}</volume></usage></secret>`;
  const { secret } = await host.call("secretDefineXml", { xml });
  await host.call("secretSetValue", { secret, value: Buffer.from("x") });
  await host.call("secretUndefine", { secret });
  await seen("secretValueChanged", { secret: { uuid: secret.uuid } });
  for (const event of [0, 1]) await seen("secretLifecycle", { secret: { uuid: secret.uuid }, event });
});

test("QEMU's events come again after the daemon was restarted", async () => {
  await daemon(own.name, "restart");
  await host.call("connectGetHostname", {});
  heard.length = 0;
  await host.call("domainReset", { dom });
  await seen("qemuMonitor", { dom, event: "RESET" });
});
