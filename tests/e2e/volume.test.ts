/** Volumes, by the real engine on a real host. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lab, on, virsh } from "../lab/lab";
import { type Outcome, type Stack, stack } from "./engine";

const {
  own: { name: own, uri },
  gateway,
} = lab();
const pool = "e2e-volumes";
const dir = `/var/lib/libvirt/${pool}`;
let s: Stack;
let images: string;
let server: Server;
let base: string;
let image: Buffer;
let checksum: string;
let stall = true;
const credentials = `Basic ${Buffer.from("me:pass word").toString("base64")}`;

beforeAll(async () => {
  images = mkdtempSync(join(tmpdir(), "kvm-images-"));
  const path = join(images, "image.qcow2");
  execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", path, "64M"]);
  execFileSync("qemu-io", ["-c", "write -P 7 1M 3M", path]);
  image = readFileSync(path);
  checksum = `sha256:${createHash("sha256").update(image).digest("hex")}`;
  server = createServer((request, response) => {
    if (request.url === "/image.qcow2") response.end(image);
    else if (request.url === "/locked.qcow2" && request.headers.authorization === credentials) response.end(image);
    // A download that never ends, for Ctrl-C and kill.
    else if (request.url === "/endless.qcow2" && stall)
      response.writeHead(200, { "content-length": image.length }).write(image.subarray(0, 1e6));
    else if (request.url === "/endless.qcow2") response.end(image);
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, gateway, done));
  base = `http://${gateway}:${(server.address() as AddressInfo).port}`;
  await virsh(own, "pool-create-as", pool, "dir", "--target", dir, "--build");
  s = stack({ uri });
});
afterAll(async () => {
  await s.destroy();
  s.remove();
  expect(await there()).toEqual([]);
  await virsh(own, "pool-destroy", pool);
  await on(own, "rm", "-rf", dir);
  server.closeAllConnections();
  server.close();
  rmSync(images, { recursive: true });
});

/** Files, not what libvirt believes: a half-made volume would show. */
const there = async (): Promise<string[]> => (await on(own, "ls", "-A", dir)).split("\n").filter(Boolean).sort();
const planned = ({ changes: { refresh: _, ...rest } }: Outcome): Record<string, number> => rest;
const volumes = (entries: Record<string, string>): string =>
  `resources:\n${Object.entries(entries)
    .map(([name, properties]) => `  ${name}:\n    type: kvm:Volume\n    properties: { pool: ${pool}, ${properties} }\n`)
    .join("")}`;
const info = async (name: string): Promise<{ format: string; "virtual-size": number; "backing-filename"?: string }> =>
  JSON.parse(await on(own, "qemu-img", "info", "-U", "--output=json", `${dir}/${name}`));
/** Whether the pattern that the image holds is where it must be, and zeros are elsewhere. */
const verified = (name: string): Promise<string> =>
  on(own, "qemu-io", "-r", "-U", "-c", "read -P 7 1M 3M", "-c", "read -P 0 4M 60M", `${dir}/${name}`);

const locked = (): string => `${base.replace("//", "//me:pass%20word@")}/locked.qcow2`;
/** `$` + `{`: a reference of Pulumi, not of this language. */
const fetched = "$" + "{fetched.id}";
const all = (): Record<string, string> => ({
  empty: "name: empty, capacity: 1GiB",
  fetched: `name: fetched, permissions: { mode: '0644' }, source: { url: '${locked()}', checksum: '${checksum}' }`,
  through: `name: through, capacity: 100MiB, source: { url: '${locked()}', checksum: '${checksum}', via: client }`,
  sent: `name: sent, source: { asset: { 'fn::fileAsset': '${images}/image.qcow2' } }`,
  converted: `name: converted, format: raw, source: { asset: { 'fn::fileAsset': '${images}/image.qcow2' } }`,
  text: "name: text, source: { content: 'hello' }",
  overlay: `name: overlay, capacity: 2GiB, backing: { volume: '${fetched}' }`,
  copy: `name: copy, capacity: 80MiB, source: { volume: '${fetched}' }`,
});

test("volumes of every origin hold what they should, and then there is nothing to do", async () => {
  s.program(volumes(all()));
  expect(planned(await s.up())).toEqual({ create: 8 });
  expect(await there()).toEqual(["converted", "copy", "empty", "fetched", "overlay", "sent", "text", "through"]);
  const MiB = 1024 * 1024;
  expect(await info("empty")).toMatchObject({ format: "qcow2", "virtual-size": 1024 * MiB });
  expect(await info("fetched")).toMatchObject({ format: "qcow2", "virtual-size": 64 * MiB });
  expect(await info("through")).toMatchObject({ format: "qcow2", "virtual-size": 100 * MiB });
  expect(await info("converted")).toMatchObject({ format: "raw", "virtual-size": 64 * MiB });
  expect(await info("copy")).toMatchObject({ format: "qcow2", "virtual-size": 80 * MiB });
  expect(await info("overlay")).toMatchObject({ "virtual-size": 2048 * MiB, "backing-filename": `${dir}/fetched` });
  for (const name of ["fetched", "through", "sent", "converted", "copy", "overlay"])
    expect(await verified(name)).not.toMatch(/failed/i);
  expect(await on(own, "cat", `${dir}/text`)).toBe("hello");
  expect(await on(own, "stat", "-c", "%a", `${dir}/fetched`, `${dir}/through`)).toBe("644\n600\n");
  await virsh(own, "pool-refresh", pool);
  const again = await s.preview("--refresh");
  expect(planned(again)).toEqual({});
  // The URLs hold a password.
  for (const shown of [again.text, await s.exported()]) expect(shown).not.toMatch(/pass(%20| )word/);
}, 120_000);

test("no way to replace a volume takes data that nobody gave up", async () => {
  const other = stack({ uri });
  const kept = (capacity: string, more = "", options = ""): string =>
    `resources: { kept: { type: "kvm:Volume", properties: { pool: ${pool}, name: kept, capacity: ${capacity}${more} }, options: { ${options} } } }\n`;
  const urn = "urn:pulumi:test::e2e::kvm:index:Volume::kept";
  const mark = async (): Promise<string> => (await on(own, "stat", "-c", "%i", `${dir}/kept`)).trim();
  try {
    other.program(kept("1MiB"));
    await other.up();
    const before = await mark();
    other.program(kept("2MiB", "", "replaceOnChanges: [capacity]"));
    for (const command of ["preview", "up"] as const)
      expect((await other.fails(command)).text).toMatch(/volume e2e-volumes\/kept on host .*replaceData: true/s);
    other.program(kept("1MiB", "", "deleteBeforeReplace: true"));
    expect((await other.fails("up", "--replace", urn)).text).toMatch(
      /volume e2e-volumes\/kept on host .*replaceData: true/s,
    );
    expect(await mark()).toBe(before);
    other.program(kept("1MiB", ", replaceData: true", "deleteBeforeReplace: true"));
    await other.up("--replace", urn);
    expect(await there()).toContain("kept");
  } finally {
    await other.destroy();
    other.remove();
  }
}, 120_000);

test("a volume under a stopped machine's snapshot is in use, whether metadata tell of that or not", async () => {
  const other = stack({ uri });
  const base =
    'resources: { under: { type: "kvm:Volume", properties: { pool: e2e-volumes, name: under, capacity: 1MiB } } }\n';
  const xml = `<domain type='qemu'><name>e2e-snap</name><memory unit='MiB'>32</memory><os><type arch='x86_64' machine='q35'>hvm</type></os><devices><disk type='file'><driver name='qemu' type='qcow2'/><source file='${dir}/under'/><target dev='vda' bus='virtio'/></disk></devices></domain>`;
  try {
    other.program(base);
    await other.up();
    await on(own, "sh", "-c", 'printf %s "$1" > /tmp/e2e-snap.xml && virsh define /tmp/e2e-snap.xml', "sh", xml);
    await virsh(own, "snapshot-create-as", "e2e-snap", "before", "--disk-only", "--diskspec", `vda,file=${dir}/over`);
    expect((await other.fails("destroy")).text).toMatch(
      /volume e2e-volumes\/under on host .*in use: snapshot before of domain e2e-snap, volume e2e-volumes\/over is based on it/s,
    );
    await virsh(own, "snapshot-delete", "e2e-snap", "before", "--metadata");
    expect((await other.fails("destroy")).text).toMatch(/in use: volume e2e-volumes\/over is based on it/);
    expect(await there()).toContain("under");
  } finally {
    await virsh(own, "undefine", "e2e-snap", "--snapshots-metadata");
    await on(own, "rm", "-f", `${dir}/over`);
    await virsh(own, "pool-refresh", pool);
    await other.destroy();
    other.remove();
  }
}, 120_000);

test("a volume whose pool got another directory is kept", async () => {
  const other = stack({ uri });
  const [name, first, second] = ["e2e-moving", "/var/lib/libvirt/e2e-moving-1", "/var/lib/libvirt/e2e-moving-2"];
  const point = async (at: string): Promise<void> => {
    await virsh(own, "pool-destroy", name).catch(() => undefined);
    await virsh(own, "pool-undefine", name).catch(() => undefined);
    await virsh(own, "pool-create-as", name, "dir", "--target", at, "--build");
  };
  try {
    await point(first);
    other.program(
      `resources: { here: { type: "kvm:Volume", properties: { pool: ${name}, name: here, capacity: 1MiB } } }\n`,
    );
    await other.up();
    await point(second);
    expect((await other.refresh()).text).toMatch(
      /volume e2e-moving\/here on host .*its file is .*-1\/here.*another directory/s,
    );
    expect((await other.fails("up")).text).toMatch(/its file is .*-1\/here.*another directory/s);
    expect(await on(own, "ls", second)).toBe("");
    await point(first);
    expect(planned(await other.up("--refresh"))).toMatchObject({});
    expect(planned(await other.preview("--refresh"))).toEqual({});
    await other.destroy();
    expect(await on(own, "ls", first)).toBe("");
  } finally {
    other.remove();
    await virsh(own, "pool-destroy", name);
    await on(own, "rm", "-rf", first, second);
  }
}, 120_000);

test("a volume grows in place, and what somebody grew is seen", async () => {
  s.program(volumes({ ...all(), empty: "name: empty, capacity: 2GiB" }));
  expect(planned(await s.up())).toEqual({ update: 1 });
  expect(await info("empty")).toMatchObject({ "virtual-size": 2 * 1024 ** 3 });
  await virsh(own, "vol-resize", "--pool", pool, "empty", "3G");
  const { text } = await s.fails("preview", "--refresh");
  expect(text).toMatch(/capacity.* would shrink from 3GiB to 2GiB.*say capacity: 3GiB/);
  s.program(volumes({ ...all(), empty: "name: empty, capacity: 3GiB" }));
  expect(planned(await s.up("--refresh"))).toEqual({});
}, 120_000);

test("a replacement that would lose data is refused before anything happens, and is done when it may", async () => {
  s.program(volumes({ ...all(), empty: "name: empty, capacity: 3GiB, format: raw" }));
  expect((await s.fails("preview")).text).toMatch(/format.*replaceData: true/s);
  s.program(volumes({ ...all(), empty: "name: empty, capacity: 3GiB, format: raw, replaceData: true" }));
  expect(planned(await s.up())).toMatchObject({ "create-replacement": 1 });
  expect(await info("empty")).toMatchObject({ format: "raw" });
}, 120_000);

test("it grows under a running domain, and does not go from under it", async () => {
  const xml = `<domain type='qemu'><name>e2e-vol</name><memory unit='MiB'>32</memory><os><type arch='x86_64' machine='q35'>hvm</type></os><devices><disk type='file'><driver name='qemu' type='qcow2'/><source file='${dir}/sent'/><target dev='vda' bus='virtio'/></disk></devices></domain>`;
  await on(own, "sh", "-c", 'printf %s "$1" > /tmp/e2e-vol.xml && virsh create /tmp/e2e-vol.xml', "sh", xml);
  try {
    const grown = {
      ...all(),
      empty: "name: empty, capacity: 3GiB, format: raw",
      sent: `capacity: 90MiB, ${all()["sent"]}`,
    };
    s.program(volumes(grown));
    expect(planned(await s.up())).toMatchObject({ update: 2 });
    expect(await virsh(own, "domblkinfo", "e2e-vol", "vda")).toMatch(/Capacity:\s+94371840/);
    const { sent: _, ...without } = grown;
    s.program(volumes(without));
    expect((await s.fails("up")).text).toMatch(
      /volume e2e-volumes\/sent on host .*in use: domain e2e-vol \(disk vda\)/,
    );
    expect(await there()).toContain("sent");
  } finally {
    await virsh(own, "destroy", "e2e-vol");
  }
  expect(planned(await s.up())).toEqual({ delete: 1 });
}, 120_000);

test.each([
  [
    "whose checksum is wrong",
    () => `source: { url: '${base}/image.qcow2', checksum: 'sha256:${"0".repeat(64)}' }`,
    /sha256 is .*not 0000/,
  ],
  ["that is not there", () => `source: { url: '${base}/nowhere' }`, /nowhere could not be fetched.*404/],
  ["that nobody serves", () => "source: { url: 'http://127.0.0.1:9/x' }", /could not be fetched/],
  [
    "that is larger than the capacity",
    () => `capacity: 1MiB, source: { url: '${base}/image.qcow2' }`,
    /less than the 67108864 bytes/,
  ],
])(
  "an image %s leaves nothing behind",
  async (_what, properties, message) => {
    const other = stack({ uri });
    const before = await there();
    try {
      other.program(volumes({ bad: properties() }));
      const { text } = await other.fails("up");
      expect(text).toMatch(message);
      expect(text).toMatch(/volume e2e-volumes\/bad-[0-9a-f]{7} on host/);
      expect(await there()).toEqual(before);
    } finally {
      other.remove();
    }
  },
  60_000,
);

test("a full disk is named, and the half volume is taken away", async () => {
  const tiny = `${pool}-tiny`;
  const mount = `/run/${tiny}`;
  await on(own, "sh", "-c", `mkdir -p ${mount} && mount -t tmpfs -o size=1M tiny ${mount}`);
  await virsh(own, "pool-create-as", tiny, "dir", "--target", mount);
  const other = stack({ uri });
  try {
    for (const source of [
      `{ url: '${base}/image.qcow2' }`,
      `{ asset: { 'fn::fileAsset': '${images}/image.qcow2' } }`,
    ]) {
      other.program(`resources: { big: { type: "kvm:Volume", properties: { pool: ${tiny}, source: ${source} } } }\n`);
      expect((await other.fails("up")).text).toMatch(/volume e2e-volumes-tiny\/big-.* on host .*is full: free space/s);
      expect(await on(own, "ls", "-A", mount)).toBe("");
    }
  } finally {
    other.remove();
    await virsh(own, "pool-destroy", tiny);
    await on(own, "umount", mount);
  }
}, 60_000);

test("Ctrl-C in the middle of a download leaves nothing behind", async () => {
  const other = stack({ uri });
  const before = await there();
  try {
    other.program(volumes({ slow: `source: { url: '${base}/endless.qcow2' }` }));
    const asked = new Promise<void>((done) => server.once("request", () => done()));
    const running = other.start("up", "--yes", "--skip-preview");
    await asked;
    running.process.kill("SIGINT");
    expect((await running.outcome).code).not.toBe(0);
    expect(await there()).toEqual(before);
    // What fetches hears of it over the network, a moment later.
    await on(own, "sh", "-c", "timeout 10 pidwait -f [e]ndless.qcow2; ! pgrep -f [e]ndless.qcow2");
  } finally {
    other.remove();
  }
}, 60_000);

test("engine and provider killed in the middle of a download: the next run takes away what is half made and goes on", async () => {
  const other = stack({ uri });
  const before = await there();
  try {
    other.program(volumes({ slow: `name: slow, source: { url: '${base}/endless.qcow2', checksum: '${checksum}' }` }));
    const asked = new Promise<void>((done) => server.once("request", () => done()));
    const running = other.start("up", "--yes", "--skip-preview");
    await asked;
    const family = execFileSync("pgrep", ["-P", String(running.process.pid)])
      .toString()
      .split("\n")
      .filter(Boolean);
    for (const pid of [running.process.pid, ...family.map(Number)]) if (pid) process.kill(pid, "SIGKILL");
    await running.outcome;
    expect(await there()).not.toEqual(before);
    stall = false;
    await other.pulumi("cancel", "--yes");
    await other.up();
    expect(await verified("slow")).not.toMatch(/failed/i);
    expect(await there()).toEqual([...before, "slow"].sort());
    await other.destroy();
    expect(await there()).toEqual(before);
  } finally {
    stall = true;
    other.remove();
  }
}, 90_000);

test("a volume that is not ours is never taken silently, and can be imported", async () => {
  await virsh(own, "vol-create-as", pool, "theirs", "1M", "--format", "qcow2");
  const other = stack({ uri });
  try {
    other.program(volumes({ mine: "name: theirs, capacity: 1MiB" }));
    expect((await other.fails("up")).text).toMatch(/pulumi import kvm:index:Volume mine e2e-volumes\/theirs/);
    await other.pulumi(
      "import",
      "kvm:index:Volume",
      "mine",
      `${pool}/theirs`,
      "--yes",
      "--protect=false",
      "--generate-code=false",
    );
    other.program(volumes({ mine: "name: theirs, capacity: 1MiB, format: qcow2" }));
    expect(planned(await other.preview("--refresh"))).toEqual({});
    await other.destroy();
  } finally {
    other.remove();
  }
}, 90_000);
