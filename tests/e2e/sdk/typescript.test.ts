/** The SDK for Node: compiled, used by the examples, and by whatever `convert` writes. */
import { spawnSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../setup/stack";
import { converted, folder } from "./converted";
import { quickstart, tour } from "./examples";
import { languages } from "./languages";

const { typescript } = languages;
beforeAll(() => typescript.prepare());
quickstart(typescript);
tour(typescript);

const programs = folder();
test("converted programs pass the compiler with the SDK's types", async () => {
  symlinkSync(join(checkout, ".cache/e2e/node_modules"), join(programs, "node_modules"));
  const files = (await converted("typescript")).map((text, i) => {
    const file = join(programs, `program${i}.ts`);
    writeFileSync(file, text);
    return file;
  });
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "commonjs"];
  const compiler = join(checkout, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...options, "--types", "node", ...files], {
    cwd: programs,
    encoding: "utf8",
  });
  expect([status, stdout]).toEqual([0, ""]);
});
