/** `convert` and `render` as users run them: the built binary, its exit codes, and programs that each language's own tools accept. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { kinds } from "../../provider/src/resources/documents";
import { parse } from "../../provider/src/xml";
import { languages } from "./sdk/languages";
import { checkout } from "./setup/stack";

jest.setTimeout(600_000);

const binary = join(checkout, "bin/pulumi-resource-kvm");
const golden = join(checkout, "provider/src/model/golden");
/** Of the kinds that a program can declare. */
const documents = readdirSync(golden, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".xml") && parse(readFileSync(join(golden, name), "utf8")).name in kinds,
);
const folder = mkdtempSync(join(tmpdir(), "kvm-commands-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (args: readonly string[], input = "") => spawnSync(binary, args, { input, encoding: "utf8" });
const converted = (name: string, to: string): string => {
  const { status, stdout, stderr } = run(["convert", join(golden, name), "--to", to]);
  expect([status, stderr]).toEqual([0, ""]);
  return stdout;
};

test("standard input becomes a program, and the program XML again", () => {
  const document = readFileSync(join(golden, "domain-plain.xml"), "utf8");
  const program = run(["convert", "-"], document);
  expect([program.status, program.stderr]).toEqual([0, ""]);
  const back = run(["render", "-"], program.stdout);
  expect([back.status, back.stderr]).toEqual([0, ""]);
  const again = run(["convert", "-", "--to", "json"], back.stdout);
  expect(run(["render", "-"], again.stdout).stdout).toBe(back.stdout);
});

test.each([
  [["convert", "-"], "<domain", /^pulumi-resource-kvm convert: standard input: the XML cannot be read: .*\n$/],
  [["convert", "/nowhere"], "", /^pulumi-resource-kvm convert: \/nowhere: cannot be read: ENOENT.*\n$/],
  [["convert"], "", /^pulumi-resource-kvm convert: no file is named\. Usage: .*\n$/],
  [["render", "-"], "memory: 1GiB\ndsiks: []\n", /^pulumi-resource-kvm render: standard input: dsiks .*disks\?\n$/],
  [["render", "-"], "<domain/>", /: it is XML, and no program yet\. `convert` makes one of it\n$/],
  [["frobnicate"], "", /^pulumi-resource-kvm: there is no command frobnicate\nUsage: /],
])("%s ends with one error and no output", (args, input, said) => {
  const { status, stdout, stderr } = run(args, input);
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(said);
});

test.each([
  [["--help"], /^Usage: pulumi-resource-kvm COMMAND\n {2}convert FILE/],
  [["convert", "--help"], /^Usage: pulumi-resource-kvm convert FILE\.xml/],
  [["--version"], /^\d+\.\d+\.\d+\n$/],
])("%s is answered", (args, said) => {
  const { status, stdout, stderr } = run(args);
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(said);
});

test("programs in TypeScript pass the compiler with the SDK's types", () => {
  languages.typescript.prepare();
  const modules = resolve(checkout, ".cache/e2e/node_modules");
  symlinkSync(modules, join(folder, "node_modules"));
  for (const [i, name] of documents.entries())
    writeFileSync(join(folder, `program${i}.ts`), converted(name, "typescript"));
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "commonjs"];
  const compiler = join(checkout, "node_modules/typescript/bin/tsc");
  const files = documents.map((_, i) => join(folder, `program${i}.ts`));
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...options, "--types", "node", ...files], {
    cwd: folder,
    encoding: "utf8",
  });
  expect([status, stdout]).toEqual([0, ""]);
});

test("programs in Python compile", () => {
  for (const name of documents) {
    const program = join(folder, "program.py");
    writeFileSync(program, converted(name, "python"));
    execFileSync("python3", ["-m", "py_compile", program], { stdio: "pipe" });
  }
});

test("programs in Go are formatted, and pass the compiler with the SDK's types", () => {
  const example = join(checkout, "examples/tour/go");
  const module = join(folder, "go");
  mkdirSync(module);
  for (const file of ["go.mod", "go.sum"]) {
    const text = readFileSync(join(example, file), "utf8");
    writeFileSync(
      join(module, file),
      text.replace(/=> (\.\.\/[^\s]+)/g, (_, path) => `=> ${join(example, path)}`),
    );
  }
  for (const [i, name] of documents.entries()) {
    mkdirSync(join(module, `p${i}`));
    writeFileSync(join(module, `p${i}/main.go`), converted(name, "go"));
  }
  expect(execFileSync("gofmt", ["-l", module], { encoding: "utf8" })).toBe("");
  // As the SDK's own test does, so that what it compiled serves here too. `go build` would link each of them, for seconds.
  const env = { ...process.env, CGO_ENABLED: "0" };
  const compiled = spawnSync("go", ["list", "-export", "./..."], { cwd: module, encoding: "utf8", env });
  expect([compiled.status, compiled.stderr]).toEqual([0, ""]);
});
