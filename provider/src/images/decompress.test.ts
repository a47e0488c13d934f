import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type Compression, compressionOf, decompressed } from "./decompress";

async function* inChunks(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
}

async function unpack(bytes: Uint8Array, compression: Compression = "gz"): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of decompressed(inChunks(bytes), compression, "file x")) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("decompression", () => {
  test.each([
    ["disk.img.gz", "gz"],
    ["DISK.XZ", "xz"],
    ["https://host.example/a.zst?version=1.gz", "zst"],
    ["a.bz2#part", "bz2"],
    ["a.qcow2", undefined],
    ["gz.img", undefined],
  ])("%s is %s", (name, compression) => {
    expect(compressionOf(name)).toBe(compression);
  });

  test("gzip comes out as it went in, several members too", async () => {
    const parts = [randomBytes(3_000_000), Buffer.alloc(5_000_000)];
    const packed = Buffer.concat(parts.map((part) => gzipSync(part)));
    expect((await unpack(packed)).equals(Buffer.concat(parts))).toBe(true);
  });

  test.each([
    ["damaged", Buffer.from("this is not gzip")],
    ["cut short", gzipSync(randomBytes(100_000)).subarray(0, 50_000)],
  ])("a %s file says so", async (_, bytes) => {
    await expect(unpack(bytes)).rejects.toMatchObject({ code: "invalid" });
    await expect(unpack(bytes)).rejects.toThrow("file x: is not a whole gzip file");
  });

  test("an error of the source is that error", async () => {
    const broken = (async function* () {
      yield gzipSync(randomBytes(1000)).subarray(0, 100);
      throw new Error("connection reset");
    })();
    const read = async () => {
      for await (const _ of decompressed(broken, "gz", "x"));
    };
    await expect(read()).rejects.toThrow("connection reset");
  });

  test.each(["xz", "zst", "bz2"] as const)("%s names the way out", async (compression) => {
    await expect(unpack(Buffer.alloc(1), compression)).rejects.toThrow("via: host");
  });
});
