/** An image's way to the host: dense data beside ssh and `cat`, and what a sparse image costs beyond its data. */
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Host, openHosts } from "../../provider/src/host";
import { pieces } from "../../provider/src/images/sparse";

const MiB = 1024 * 1024;
const pool = { name: "default" };
/** Holes are sent as such (`VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM`). */
const sparse = 1;
const seconds = (start: bigint): number => Number(process.hrtime.bigint() - start) / 1e9;

/** A file of so many random bytes, then a hole up to its size. */
function image(folder: string, data: number, size: number): string {
  const file = join(folder, `${data}-${size}`);
  execFileSync("dd", ["if=/dev/urandom", `of=${file}`, "bs=1M", `count=${data}`, "status=none"]);
  truncateSync(file, size * MiB);
  return file;
}

async function upload(host: Host, file: string, size: number): Promise<number> {
  const name = "bench-upload";
  const xml = `<volume><name>${name}</name><capacity unit='MiB'>${size}</capacity><allocation>0</allocation><target><format type='raw'/></target></volume>`;
  const { uuid } = (await host.call("storagePoolLookupByName", pool)).pool;
  const { vol } = await host.call("storageVolCreateXml", { pool: { ...pool, uuid }, xml });
  const start = process.hrtime.bigint();
  await host.upload("storageVolUpload", { vol, offset: 0, length: 0, flags: sparse }, pieces({ file }));
  const took = seconds(start);
  await host.call("storageVolDelete", { vol });
  return took;
}

function cat(file: string): number {
  const target = "/var/lib/libvirt/images/bench-cat";
  const config = String(process.env["LAB_SSH_CONFIG"]);
  const ssh = (command: string, stdin: number | "ignore"): void => {
    const options = ["-F", config, "-c", "aes128-gcm@openssh.com", "alpha"];
    const { status } = spawnSync("ssh", [...options, command], { stdio: [stdin, "inherit", "inherit"] });
    if (status !== 0) throw new Error(`ssh: ${command} failed`);
  };
  const input = openSync(file, "r");
  const start = process.hrtime.bigint();
  ssh(`cat > ${target}`, input);
  const took = seconds(start);
  closeSync(input);
  ssh(`rm ${target}`, "ignore");
  return took;
}
interface Pair {
  /** Seconds. */
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
}
/** The pair whose ratio has as many above as below. */
function median(pairs: readonly Pair[]): Pair {
  const middle = [...pairs].sort((a, b) => a.ratio - b.ratio)[Math.floor(pairs.length / 2)];
  if (!middle) throw new Error("nothing was measured");
  return middle;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "kvm-bench-"));
  const hosts = openHosts({ "": { uri: String(process.env["KVM_URI"]) } });
  const host = hosts.get();
  try {
    const dense = image(folder, 768, 768);
    // Pairs in turn, since the speed of the machine drifts; the first only warms up.
    const pairs: Pair[] = [];
    for (let i = 0; i < 8; i++) {
      const ours = await upload(host, dense, 768);
      const theirs = cat(dense);
      if (i > 0) pairs.push({ ours, theirs, ratio: theirs / ours });
    }
    const { ours, theirs, ratio } = median(pairs);
    console.log(
      `upload of 768 MiB: ${ours.toFixed(2)} s against ssh and cat: ${theirs.toFixed(2)} s: ${ratio.toFixed(2)}x its throughput (at least 0.9x), the median of ${pairs.map((pair) => pair.ratio.toFixed(2)).join(" ")}`,
    );
    const [some, whole] = [image(folder, 256, 256), image(folder, 256, 8192)];
    const [alone, within] = [await upload(host, some, 256), await upload(host, whole, 8192)];
    console.log(
      `upload of 8 GiB with 256 MiB of data: ${within.toFixed(2)} s against these alone: ${alone.toFixed(2)} s: ${(within / alone).toFixed(2)}x (at most 1.5x); resident ${Math.round(process.memoryUsage.rss() / MiB)} MB`,
    );
  } finally {
    await hosts.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
void main();
