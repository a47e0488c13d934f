/** The SDK for Python: installed, used by the examples; and whatever `convert` writes is Python. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { converted, folder } from "./converted";
import { quickstart, tour } from "./examples";
import { languages } from "./languages";

const { python } = languages;
beforeAll(() => python.prepare());
quickstart(python);
tour(python);

const programs = folder();
test("converted programs compile", async () => {
  for (const [i, text] of (await converted("python")).entries()) writeFileSync(join(programs, `program${i}.py`), text);
  const { status, stdout } = spawnSync("python3", ["-m", "compileall", "-q", programs], { encoding: "utf8" });
  expect([status, stdout]).toEqual([0, ""]);
});
