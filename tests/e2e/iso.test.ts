/** Discs of ours, read by other people's readers. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { iso } from "../../provider/src/images/iso";
import { NOCLOUD_LABEL, nocloud } from "../../provider/src/images/nocloud";

jest.setTimeout(60_000);

const files: Record<string, Uint8Array> = {
  ...nocloud({ userData: "#cloud-config\n", networkConfig: "version: 2\n", instanceId: "i-1", localHostname: "web" }),
  empty: Buffer.alloc(0),
  "sector exactly": Buffer.alloc(2048, 1),
  "A/b/C/Ünïcode 語.tar.gz": Buffer.alloc(70_000, 2),
  [`long/${"n".repeat(62)}`]: Buffer.from("long"),
  ...Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`many/file number ${i}`, Buffer.from(String(i))])),
};

let folder: string;
let disc: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "iso-"));
  disc = join(folder, "disc.iso");
  writeFileSync(disc, iso({ label: NOCLOUD_LABEL, files }));
});
afterAll(() => {
  execFileSync("chmod", ["-R", "u+w", folder]);
  rmSync(folder, { recursive: true });
});

function contents(root: string): Record<string, string> {
  const paths = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    paths.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [relative(root, path), readFileSync(path).toString("hex")];
    }),
  );
}
const expected = Object.fromEntries(
  Object.entries(files).map(([path, bytes]) => [path, Buffer.from(bytes).toString("hex")]),
);
const xorriso = (...args: string[]): string =>
  execFileSync("xorriso", ["-abort_on", "WARNING", "-indev", disc, ...args], { encoding: "utf8", stdio: "pipe" });

test("xorriso reads Rock Ridge without a warning", () => {
  const out = join(folder, "rockridge");
  xorriso("-osirrox", "on", "-extract", "/", out);
  expect(contents(out)).toEqual(expected);
  expect(statSync(join(out, "user-data")).mode & 0o777).toBe(0o444);
  expect(statSync(join(out, "A")).mtime.toISOString()).toBe("2020-01-01T00:00:00.000Z");
});

test("xorriso reads Joliet without a warning", () => {
  const out = join(folder, "joliet");
  const args = ["-abort_on", "WARNING", "-read_fs", "norock", "-indev", disc, "-osirrox", "on", "-extract", "/", out];
  execFileSync("xorriso", args, { stdio: "pipe" });
  expect(contents(out)).toEqual(expected);
});

test("blkid sees the label by which cloud-init knows the disc", () => {
  expect(execFileSync("blkid", ["-p", "-o", "value", "-s", "LABEL", disc], { encoding: "utf8" })).toBe("cidata\n");
});
