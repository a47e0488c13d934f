import { mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { openHosts } from ".";

/** This machine's own files: no daemon is needed for them. */
const hosts = openHosts({ here: { uri: "qemu:///system?socket=/nowhere" } });
const host = hosts.get();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
afterAll(() => hosts.close());

const names = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 60 })
  .map((name) => `-${name.replace(/[/\0]/g, "'$(x) \n")}`);

test("a file comes back as it was put, whatever it is called", async () => {
  const property = fc.asyncProperty(names, fc.uint8Array({ maxLength: 3000 }), async (name, content) => {
    const path = join(folder, name);
    await host.put(path, content, "0640");
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(statSync(path).mode & 0o7777).toBe(0o640);
    expect(await host.get(path, content.length)).toEqual(Buffer.from(content));
  });
  await fc.assert(property, { numRuns: 10 });
}, 60_000);

test("what breaks off leaves the file that was there, and nothing beside it", async () => {
  const path = join(folder, "kept");
  await host.put(path, Buffer.from("old"), "0600");
  async function* broken() {
    yield Buffer.from("new, but only ha");
    throw new Error("the source broke");
  }
  await expect(host.put(path, broken(), "0600")).rejects.toThrow(/^file .*kept on host here: .*the source broke/s);
  expect(readdirSync(folder)).toEqual(["kept"]);
  expect(readFileSync(path, "utf8")).toBe("old");
});

test.each([
  ["get of what is not there", () => host.get(`${folder}/none`, 10), "missing"],
  ["get of more than is wanted", (path: string) => host.get(path, 2), "refused"],
  ["get of a folder", () => host.get(folder, 10), "refused"],
  ["put into what is not there", () => host.put(`${folder}/none/x`, Buffer.from("x"), "0600"), "missing"],
  ["space of what is not there", () => host.space(`${folder}/none`), "missing"],
])("%s fails and names file and host", async (_what, work, code) => {
  const path = join(folder, "file");
  await host.put(path, Buffer.from("abc"), "0600");
  const message = expect.stringMatching(new RegExp(`^file .*${folder}.* on host here: `));
  await expect(work(path)).rejects.toMatchObject({ code, message });
});

test("the space is what the file system has left", async () => {
  const { bsize, blocks } = statfsSync(folder);
  const space = await host.space(folder);
  expect(space).toBeGreaterThan(0);
  expect(space).toBeLessThanOrEqual(blocks * bsize);
});
