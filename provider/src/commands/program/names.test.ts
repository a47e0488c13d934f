/** Names in other languages are those of the SDKs that Pulumi's generators wrote. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { goName, identifier, pythonName, pythonWords } from "./names";

const sdk = join(__dirname, "../../../../sdk");
const sources = (folder: string, ending: string): string =>
  readdirSync(join(sdk, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(sdk, folder, name), "utf8"))
    .join("\n");

test("in Python", () => {
  const found = [...sources("python/pulumi_kvm", ".py").matchAll(/pulumi\.getter\(name="(\w+)"\)\s+def (\w+)/g)];
  expect(found.length).toBeGreaterThan(100);
  for (const [, property = "", name] of found) expect([property, pythonName(property)]).toEqual([property, name]);
  expect(pythonName("from")).toBe("from_");
});
test("in Go", () => {
  const found = [...sources("go/kvm", ".go").matchAll(/^\t(\w+)\s+\S+\s+`pulumi:"(\w+)"`/gm)];
  expect(found.length).toBeGreaterThan(100);
  for (const [, name, property = ""] of found) expect([property, goName(property)]).toEqual([property, name]);
});
test("a variable's name is made of any name", () => {
  const names = (name: string): string[] => [
    identifier(name, "camel", new Set(["class"])),
    identifier(name, "snake", pythonWords),
  ];
  expect(names("my-vm.1")).toEqual(["myVm1", "my_vm_1"]);
  expect(names("3com")).toEqual(["_3com", "_3com"]);
  expect(names("class")).toEqual(["class_", "class_"]);
  expect(names("WEB")).toEqual(["web", "web"]);
  expect(names("ü")).toEqual(["_", "_"]);
});
