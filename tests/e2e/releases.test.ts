/** What an earlier release wrote into the state, this one reads: nothing to do, and on any libvirt. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../package.json";
import { inventory, lab } from "../lab/lab";
import { type Stack, stack } from "./engine";
import { ours, record, recorded, restore } from "./releases/fixture";

const { own } = lab();

if (process.env["RECORD_RELEASE"]) {
  test(`${version} is recorded`, async () => {
    const s = stack({ uri: own.uri });
    s.program(readFileSync(join(__dirname, "releases/program.yaml"), "utf8"));
    await s.up();
    await s.preview("--refresh", "--expect-no-changes");
    await record(version, own, s);
    await s.destroy();
    s.remove();
  });
} else {
  test("the present version is among those recorded", () => {
    expect(recorded()).toContain(version);
  });

  describe.each(recorded())("a state of %s", (release) => {
    let s: Stack;
    let program: string;
    beforeAll(async () => {
      s = stack({ uri: own.uri });
      program = await restore(release, own, s);
    });
    afterAll(async () => {
      await s.destroy();
      s.remove();
      expect(ours(await inventory(own.name))).toEqual([]);
    });

    test.each([[[]], [["--refresh"]]])("has nothing to do %p", async (flags) => {
      const { steps } = await s.preview("--expect-no-changes", ...flags);
      expect(steps.filter(({ op }) => op === "same")).toHaveLength(5);
    });

    test("changes in place", async () => {
      s.program(program.replace("title: as recorded", "title: another"));
      const { steps } = await s.up();
      expect(steps.filter(({ op }) => op !== "same")).toEqual([
        expect.objectContaining({ op: "update", name: "vm", diff: { title: "update" } }),
      ]);
    });
  });
}
