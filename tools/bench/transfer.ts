/** Bytes to and from a host: dense data beside ssh and `cat`, what a sparse image costs beyond its data, and the memory it takes. */
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Host, openHosts } from "../../provider/src/host";
import { pieces } from "../../provider/src/images/sparse";
import { type Cost, type Pair, pairs, spent, summary } from "./pairs";
import { run, setting, ssh, virsh } from "./peers";

const MiB = 1024 * 1024;
const pool = { name: "default" };
/** Holes are sent as such (`VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM`). */
const sparse = 1;
const TARGET = "/var/lib/libvirt/images/bench-cat";
const resident = (): number => process.memoryUsage.rss() / MiB;

/** A file of so many MiB of random bytes, then a hole up to its size. */
function image(folder: string, data: number, size: number): string {
  const file = join(folder, `${data}-${size}`);
  execFileSync("dd", ["if=/dev/urandom", `of=${file}`, "bs=1M", `count=${data}`, "status=none"]);
  truncateSync(file, size * MiB);
  return file;
}

/** A volume of so many MiB while `work` is at it. */
async function withVolume(
  host: Host,
  size: number,
  work: (vol: { pool: string; name: string }) => Promise<Cost>,
): Promise<Cost> {
  const name = "bench-transfer";
  const xml = `<volume><name>${name}</name><capacity unit='MiB'>${size}</capacity><allocation>0</allocation><target><format type='raw'/></target></volume>`;
  const { uuid } = (await host.call("storagePoolLookupByName", pool)).pool;
  const { vol } = await host.call("storageVolCreateXml", { pool: { ...pool, uuid }, xml });
  try {
    return await work(vol);
  } finally {
    await host.call("storageVolDelete", { vol });
  }
}

const upload = (host: Host, file: string, size: number): Promise<Cost> =>
  withVolume(host, size, (vol) =>
    spent(() => host.upload("storageVolUpload", { vol, offset: 0, length: 0, flags: sparse }, pieces({ file }))),
  );

async function drain(host: Host, vol: { pool: string; name: string }): Promise<void> {
  for await (const _ of host.download("storageVolDownload", { vol, offset: 0, length: 0, flags: sparse }));
}

function catUp(file: string): Cost {
  const input = openSync(file, "r");
  const cost = run(ssh("alpha", `cat > ${TARGET}`), input);
  closeSync(input);
  return cost;
}

function told(what: string, measured: readonly Pair[], goal: string, peer = "ssh and cat"): void {
  const faster = (ours: number, theirs: number): number => theirs / ours;
  const wall = summary(measured, "wall", faster);
  const cpu = summary(measured, "cpu", faster);
  console.log(
    `${what}: ${wall.ours.toFixed(2)} s against ${peer}: ${wall.theirs.toFixed(2)} s: ${wall.ratio.toFixed(2)}x its throughput (${goal}), the median of ${wall.ratios}; processor ${cpu.ours.toFixed(2)} s against ${cpu.theirs.toFixed(2)} s: ${cpu.ratio.toFixed(2)}x`,
  );
}

async function dense(host: Host, folder: string): Promise<void> {
  const size = 768;
  const file = image(folder, size, size);
  const up = await pairs(
    7,
    () => upload(host, file, size),
    async () => catUp(file),
  );
  told(`upload of ${size} MiB`, up, "at least 1.0x");
  await withVolume(host, size, async (vol) => {
    await host.upload("storageVolUpload", { vol, offset: 0, length: 0 }, pieces({ file }));
    const down = await pairs(
      7,
      () => spent(() => drain(host, vol)),
      async () => run(`${ssh("alpha", `cat ${TARGET}`)} >/dev/null`),
    );
    told(`download of ${size} MiB`, down, "at least 1.0x");
    // What the daemon itself can do: it reads a volume slower than cat.
    const theirs = await pairs(
      3,
      () => spent(() => drain(host, vol)),
      async () => virsh([`vol-download ${vol.name} /dev/null --pool ${vol.pool}`]),
    );
    told("the same", theirs, "no goal", "virsh");
    return { wall: 0, cpu: 0 };
  });
  run(ssh("alpha", `rm ${TARGET}`));
}

async function holes(host: Host, folder: string): Promise<void> {
  const [some, whole] = [image(folder, 256, 256), image(folder, 256, 8192)];
  const [alone, within] = [await upload(host, some, 256), await upload(host, whole, 8192)];
  console.log(
    `upload of 8 GiB with 256 MiB of data: ${within.wall.toFixed(2)} s against these alone: ${alone.wall.toFixed(2)} s: ${(within.wall / alone.wall).toFixed(2)}x (at most 1.5x)`,
  );
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "kvm-bench-"));
  const hosts = openHosts({ "": { uri: setting("KVM_URI") } });
  const host = hosts.get();
  try {
    await host.identity();
    const before = resident();
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, resident());
    }, 20);
    await dense(host, folder);
    await holes(host, folder);
    clearInterval(watch);
    console.log(
      `resident memory: ${Math.round(before)} MB before, at most ${Math.round(most)} MB: ${Math.round(most - before)} MB more (at most 64)`,
    );
  } finally {
    await hosts.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
void main();
