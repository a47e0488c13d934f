import { createHash } from "node:crypto";
import fc from "fast-check";
import { checkDigest, parseChecksum, verified } from "./checksum";

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* inChunks(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
}

const digest = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest("hex");

describe("checksums", () => {
  test.each(["md5", "sha1", "sha256", "sha512"])("%s is known by name and by length, in either case", (algorithm) => {
    const hex = digest(algorithm, Buffer.from("x"));
    for (const text of [hex, `${algorithm}:${hex}`, `${algorithm.toUpperCase()}:${hex.toUpperCase()}`, ` ${hex}\n`]) {
      expect(parseChecksum(text)).toEqual({ algorithm, digest: hex });
    }
  });

  test.each([
    "",
    "sha256:",
    "sha256:abc",
    `md5:${"a".repeat(64)}`,
    "g".repeat(64),
    `crc32:${"a".repeat(8)}`,
    "sha256:…",
  ])("%j is refused", (text) => {
    expect(() => parseChecksum(text)).toThrow(expect.objectContaining({ code: "invalid" }));
  });

  test("the right bytes pass unchanged; any other bytes fail at the end and name both digests", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.uint8Array(), async (bytes, others) => {
        const expected = { algorithm: "sha256", digest: digest("sha256", bytes) } as const;
        expect(await collect(verified(inChunks(bytes), expected, "image"))).toEqual(Buffer.from(bytes));
        if (Buffer.compare(bytes, others) === 0) return;
        await expect(collect(verified(inChunks(others), expected, "image x"))).rejects.toThrow(
          `image x: its sha256 is ${digest("sha256", others)}, not ${expected.digest}`,
        );
      }),
      { numRuns: 30 },
    );
  });

  test("a digest made elsewhere is compared without regard to case", () => {
    const expected = parseChecksum(digest("md5", Buffer.from("x")));
    expect(() => checkDigest(expected.digest.toUpperCase(), expected, "x")).not.toThrow();
  });
});
