/** `convert` and `render` as users run them: the built binary and its exit codes. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "./setup/stack";

const binary = join(checkout, "bin/pulumi-resource-kvm");
const golden = join(checkout, "provider/src/model/golden");
const run = (args: readonly string[], input = "") => spawnSync(binary, args, { input, encoding: "utf8" });
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
