import { mkdtemp, open, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type Piece, pieces, type Source } from "./sparse";

const BLOCK = 64 * 1024;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sparse-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function all(source: Source): Promise<Piece[]> {
  const found: Piece[] = [];
  for await (const piece of pieces(source)) found.push(piece);
  return found;
}

const bytesOf = (found: Piece[]) =>
  Buffer.concat(found.map((piece) => (piece instanceof Uint8Array ? piece : Buffer.alloc(piece.hole))));
const holesOf = (found: Piece[]) => found.flatMap((piece) => (piece instanceof Uint8Array ? [] : [piece.hole]));

/** Runs of zeros and of data, of lengths around the block's. */
const runs = fc
  .array(
    fc.tuple(
      fc.constantFrom(0, 1, 0xff),
      fc.oneof(fc.integer({ min: 1, max: 300_000 }), fc.constantFrom(BLOCK, 2 * BLOCK, 20 * BLOCK)),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Buffer.concat(parts.map(([byte, length]) => Buffer.alloc(length, byte))));

describe("pieces", () => {
  test("say the same bytes from memory, a stream and a file, and no aligned zero block is sent", async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.integer({ min: 1000, max: 200_000 }), async (bytes, size) => {
        const file = join(folder, "any");
        await writeFile(file, bytes);
        const stream = (async function* () {
          for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
        })();
        for (const source of [bytes, stream, { file }]) {
          const found = await all(source);
          expect(bytesOf(found).equals(bytes)).toBe(true);
          let at = 0;
          for (const piece of found) {
            const data = piece instanceof Uint8Array ? Buffer.from(piece) : undefined;
            for (let i = 0; data && i < data.length; i += BLOCK)
              expect(data.subarray(i, i + BLOCK).some((byte) => byte !== 0)).toBe(true);
            if (!data) expect(at % BLOCK).toBe(0);
            at += piece instanceof Uint8Array ? piece.length : piece.hole;
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  test("a sparse file's holes are not read: 1 TiB passes at once", async () => {
    const file = join(folder, "sparse -n file");
    const handle = await open(file, "w");
    const data = Buffer.alloc(BLOCK, 7);
    await handle.write(data, 0, BLOCK, 2 ** 30);
    await handle.write(data, 0, BLOCK, 2 ** 39);
    await handle.close();
    await truncate(file, 2 ** 40);
    const found = await all({ file });
    expect(holesOf(found)).toEqual([2 ** 30, 2 ** 39 - 2 ** 30 - BLOCK, 2 ** 40 - 2 ** 39 - BLOCK]);
    expect(bytesOf(found.filter((piece) => piece instanceof Uint8Array)).equals(Buffer.concat([data, data]))).toBe(
      true,
    );
  });

  test("a file of one hole, and an empty one", async () => {
    const file = join(folder, "hole");
    await writeFile(file, "");
    expect(await all({ file })).toEqual([]);
    await truncate(file, 2 ** 36);
    expect(await all({ file })).toEqual([{ hole: 2 ** 36 }]);
  });

  test("stopping early closes the file", async () => {
    const file = join(folder, "early");
    await writeFile(file, Buffer.alloc(8 * 1024 * 1024, 1));
    for await (const piece of pieces({ file })) {
      expect(piece).toBeInstanceOf(Uint8Array);
      break;
    }
    await rm(file);
  });

  test("a file that is not there, and a folder, say so", async () => {
    await expect(all({ file: join(folder, "absent") })).rejects.toMatchObject({ code: "invalid" });
    await expect(all({ file: join(folder, "absent") })).rejects.toThrow(/file .*absent: cannot be read: .*ENOENT/);
    await expect(all({ file: folder })).rejects.toThrow("is not a file");
  });

  test("a stream's own error passes through", async () => {
    const broken = (async function* () {
      yield Buffer.alloc(10, 1);
      throw new Error("broken pipe");
    })();
    await expect(all(broken)).rejects.toThrow("broken pipe");
  });
});
