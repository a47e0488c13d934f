/** The SDK for Go: compiled, used by the examples, and by whatever `convert` writes. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../setup/stack";
import { converted, folder } from "./converted";
import { quickstart, tour } from "./examples";
import { goBuild, languages } from "./languages";

const { go } = languages;
beforeAll(() => go.prepare());
quickstart(go);
tour(go);

const programs = folder();
/** The module of an example, here: it says where the SDK is. */
function writeModule(): void {
  const example = join(checkout, "examples/tour/go");
  for (const file of ["go.mod", "go.sum"]) {
    const text = readFileSync(join(example, file), "utf8");
    writeFileSync(
      join(programs, file),
      text.replace(/=> (\.\.\/[^\s]+)/g, (_, path) => `=> ${join(example, path)}`),
    );
  }
}
test("converted programs are formatted, and pass the compiler with the SDK's types", async () => {
  writeModule();
  for (const [i, text] of (await converted("go")).entries()) {
    mkdirSync(join(programs, `p${i}`));
    writeFileSync(join(programs, `p${i}/main.go`), text);
  }
  expect(spawnSync("gofmt", ["-l", programs], { encoding: "utf8" }).stdout).toBe("");
  // `go build` would link each of them, for seconds.
  const compiled = spawnSync("go", ["list", "-export", ...goBuild.flags, "./..."], {
    cwd: programs,
    encoding: "utf8",
    env: goBuild.env,
  });
  expect([compiled.status, compiled.stderr]).toEqual([0, ""]);
});
