import { createHash } from "node:crypto";
import fc from "fast-check";
import { Failure } from "../failure";
import { iso } from "./iso";

/** A small reader, written from ECMA-119, SUSP and Joliet without looking at the writer. */
function readDisc(image: Buffer, hierarchy: "rockridge" | "joliet"): { label: string; files: Record<string, string> } {
  const base = (hierarchy === "joliet" ? 17 : 16) * 2048;
  expect(image.toString("latin1", base + 1, base + 6)).toBe("CD001");
  expect(image[base]).toBe(hierarchy === "joliet" ? 2 : 1);
  expect(image.readUInt32LE(base + 80) * 2048).toBe(image.length);
  expect(image.readUInt32LE(base + 80)).toBe(image.readUInt32BE(base + 84));
  const label = image.subarray(base + 40, base + 72);
  const files: Record<string, string> = {};
  const folders: number[] = [];
  walk(base + 156, "");
  expect(pathTable(base, image).sort()).toEqual(folders.sort());
  return { label: (hierarchy === "joliet" ? utf16(label) : label.toString("latin1")).trimEnd(), files };

  function walk(record: number, path: string): void {
    const at = image.readUInt32LE(record + 2);
    const size = image.readUInt32LE(record + 10);
    expect([image.readUInt32BE(record + 6), image.readUInt32BE(record + 14)]).toEqual([at, size]);
    if (((image[record + 25] ?? 0) & 2) === 0) {
      files[path] = image.toString("hex", at * 2048, at * 2048 + size);
      return;
    }
    folders.push(at);
    expect(size % 2048).toBe(0);
    let previous: Buffer | undefined;
    for (let offset = 0; offset < size; ) {
      const child = at * 2048 + offset;
      const length = image[child] ?? 0;
      if (length === 0) {
        offset = (Math.floor(offset / 2048) + 1) * 2048;
        continue;
      }
      expect((offset % 2048) + length).toBeLessThanOrEqual(2048);
      expect(length % 2).toBe(0);
      const idLength = image[child + 32] ?? 0;
      const id = image.subarray(child + 33, child + 33 + idLength);
      offset += length;
      if (idLength === 1 && (id[0] ?? 0) < 2) continue;
      expect(previous === undefined || Buffer.compare(previous, id) < 0).toBe(true);
      previous = Buffer.from(id);
      const use = image.subarray(child + 33 + idLength + ((idLength + 1) % 2), child + length);
      const name = hierarchy === "joliet" ? utf16(id).replace(/;1$/, "") : alternateName(use);
      if (hierarchy === "rockridge") expect(id.toString("latin1")).toMatch(/^[A-Z0-9_]{0,8}(\.[A-Z0-9_]{0,3};1)?$/);
      walk(child, path ? `${path}/${name}` : name);
    }
  }
}

function utf16(bytes: Buffer): string {
  return Buffer.from(bytes).swap16().toString("utf16le");
}

function alternateName(use: Buffer): string {
  for (let at = 0; at + 4 <= use.length; at += use[at + 2] ?? 255) {
    if (use.toString("latin1", at, at + 2) === "NM") return use.toString("utf8", at + 5, at + (use[at + 2] ?? 0));
  }
  throw new Error("a record has no Rock Ridge name");
}

/** Where the directories lie, from both path tables, which must agree; parents come before children. */
function pathTable(base: number, image: Buffer): number[] {
  const size = image.readUInt32LE(base + 132);
  const read = (from: number, order: "LE" | "BE") => {
    const rows: { at: number; parent: number }[] = [];
    for (let at = from; at < from + size; ) {
      rows.push({ at: image[`readUInt32${order}`](at + 2), parent: image[`readUInt16${order}`](at + 6) });
      const length = image[at] ?? 0;
      at += 8 + length + (length % 2);
    }
    return rows;
  };
  const little = read(image.readUInt32LE(base + 140) * 2048, "LE");
  expect(read(image.readUInt32BE(base + 148) * 2048, "BE")).toEqual(little);
  little.forEach(({ parent }, i) => {
    expect(parent).toBeLessThanOrEqual(Math.max(i, 1));
  });
  return little.map(({ at }) => at);
}

const hex = (files: Record<string, Uint8Array>) =>
  Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, Buffer.from(bytes).toString("hex")]));

const name = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
    fc.stringMatching(/^[a-cA-C]{1,12}(\.[a-c]{1,5})?$/),
  )
  .filter(
    (text) =>
      !/["*/:;<>?\\|.]$|["*/:;<>?\\|]|\p{Cc}|\p{Surrogate}/u.test(text) &&
      Buffer.byteLength(text) <= 140 &&
      text.length <= 62,
  );
const files = fc
  .dictionary(
    fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join("/")),
    fc.uint8Array({ maxLength: 5000 }),
    { maxKeys: 80 },
  )
  .filter((tree) => {
    const paths = Object.keys(tree);
    return !paths.some((path) => paths.some((other) => other.startsWith(`${path}/`)));
  });

describe("iso", () => {
  test("any tree is read back through Rock Ridge and through Joliet", () => {
    fc.assert(
      fc.property(files, (tree) => {
        const image = iso({ label: "cidata", files: tree });
        for (const hierarchy of ["rockridge", "joliet"] as const) {
          expect(readDisc(image, hierarchy)).toEqual({ label: "cidata", files: hex(tree) });
        }
      }),
      { numRuns: 60 },
    );
  });

  test("directories larger than a sector keep every one of their files, with unique short names", () => {
    const many = Object.fromEntries(
      Array.from({ length: 2000 }, (_, i) => [`folder/file-number-${i}.text`, Buffer.of(i & 255)]),
    );
    const image = iso({ label: "many", files: many });
    expect(readDisc(image, "rockridge").files).toEqual(hex(many));
    expect(readDisc(image, "joliet").files).toEqual(hex(many));
  });

  test("the same files give the same bytes, whatever their order", () => {
    const one = iso({
      label: "cidata",
      files: { "user-data": Buffer.from("#cloud-config\n"), "meta-data": Buffer.from("{}") },
    });
    const other = iso({
      label: "cidata",
      files: { "meta-data": Buffer.from("{}"), "user-data": Buffer.from("#cloud-config\n") },
    });
    expect(one.equals(other)).toBe(true);
    // Changes only when the format does: then every cloud-init disc in the world is written anew, so do not change it lightly.
    expect(createHash("sha256").update(one).digest("hex")).toBe(
      "7600b37c4ae8f1bb35b0fec5d9bb8970cdff521cd8750fce97260086576bff49",
    );
  });

  test("the longest names fit into their records", () => {
    const longest = {
      [`${"n".repeat(62)}`]: Buffer.from("a"),
      [`${"語".repeat(46)}/${"é".repeat(62)}`]: Buffer.from("b"),
    };
    expect(readDisc(iso({ label: "long", files: longest }), "rockridge").files).toEqual(hex(longest));
    expect(readDisc(iso({ label: "long", files: longest }), "joliet").files).toEqual(hex(longest));
  });

  test.each([
    ["", "empty name"],
    ["a//b", "empty name"],
    ["/a", "empty name"],
    ["..", "ends in a dot"],
    ["a:b", "cannot have"],
    ["tab\t", "cannot have"],
    ["\ud800", "cannot have"],
    ["n".repeat(63), "longer"],
    ["語".repeat(51), "longer"],
    ["1/2/3/4/5/6/7/8", "deeper"],
  ])("refuses the path %j", (path, why) => {
    expect(() => iso({ label: "x", files: { [path]: Buffer.alloc(0) } })).toThrow(
      expect.objectContaining({ code: "invalid" }),
    );
    expect(() => iso({ label: "x", files: { [path]: Buffer.alloc(0) } })).toThrow(why);
  });

  test("refuses a path that is a file and a folder, in either order", () => {
    const empty = Buffer.alloc(0);
    expect(() => iso({ label: "x", files: { a: empty, "a/b": empty } })).toThrow("which is a file");
    expect(() => iso({ label: "x", files: { "a/b": empty, a: empty } })).toThrow("is a folder and a file at once");
  });

  test.each(["", "é", "l".repeat(33), "new\nline"])("refuses the label %j", (label) => {
    expect(() => iso({ label, files: {} })).toThrow(Failure);
  });
});
