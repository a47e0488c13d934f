/** A document and the inputs that say it: each comes back from the other. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Bag } from "../../plugin/resource";
import { write } from "../../vocabulary";
import { trees, values } from "../../vocabulary/value.arbitrary";
import { canonical, type Node, node, parse } from "../../xml";
import { contextOf } from "../testing/context";
import { documentOf, inputsOf, type Kind, kinds, settled } from ".";

jest.setTimeout(120_000);

const src = join(__dirname, "../..");
const golden = ["model/golden", "resources/domain/golden"].flatMap((folder) =>
  readdirSync(join(src, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".xml"))
    .map((file): [string, Node] => [`${folder}/${file}`, parse(readFileSync(join(src, folder, file), "utf8"))])
    .filter(([, whole]) => whole.name in kinds),
);
const kindOf = (whole: Node): Kind => kinds[whole.name] ?? fail(`no kind has the root element ${whole.name}`);
function fail(what: string): never {
  throw new Error(what);
}
const again = (kind: Kind, whole: Node): Bag => JSON.parse(JSON.stringify(inputsOf(kind, whole))) as Bag;

describe.each(golden)("%s", (_, whole) => {
  const kind = kindOf(whole);
  test("comes back from the inputs that say it", () => {
    const back = documentOf(kind, again(kind, whole));
    expect(canonical(back)).toBe(canonical(settled(kind, whole)));
  });
});

test.each(["plain", "rich"])("edits say nothing of what the model knows: a %s domain", (name) => {
  const whole = parse(readFileSync(join(src, `model/golden/domain-${name}.xml`), "utf8"));
  expect(inputsOf(kindOf(whole), whole)).not.toHaveProperty("xml");
});

describe.each(Object.entries(kinds))("a generated %s", (name, kind) => {
  /** What nobody could declare is no document of this kind. */
  const declarable = values(kind.declaration).filter((value) => {
    const request = { urn: "", name: "x", olds: undefined, autonaming: undefined };
    const news = { values: { ...kind.beside, ...value } as Bag, secrets: [] };
    return kind.check(contextOf(), { ...request, news }).failures.length === 0;
  });
  const documents = trees(declarable.map((value) => write(kind.declaration, value)));
  test("comes back from the inputs that say it, whatever strange things are in it", () => {
    fc.assert(
      fc.property(documents, (whole) => {
        fc.pre(sayable(kind, whole));
        expect(canonical(documentOf(kind, again(kind, whole)))).toBe(canonical(settled(kind, whole)));
      }),
      { numRuns: name === "domain" ? 8 : 20, endOnFailure: true },
    );
  });
});
/** A mutation may take away what every object of the kind must have. */
function sayable(kind: Kind, whole: Node): boolean {
  try {
    inputsOf(kind, whole);
    return true;
  } catch (error) {
    expect(String(error)).toContain("is required");
    return false;
  }
}

test("what libvirt only reports, and what no property can say, comes as edits", () => {
  const domain = parse(
    "<domain type='kvm' id='3'><name>a</name><memory unit='KiB'>1048576</memory><devices><disk type='file' colour='red'><source file='/a'/><target dev='sda' bus='magic'/><driver name='qemu'/></disk></devices></domain>",
  );
  const { xml, ...said } = inputsOf(kindOf(domain), domain);
  expect(said).toEqual({
    preset: "none",
    type: "kvm",
    name: "a",
    memory: "1GiB",
    disks: [{ file: "/a", target: { dev: "sda" }, driver: { name: "qemu" } }],
  });
  expect(xml).toEqual(
    expect.arrayContaining([
      { set: "./@id", value: "3" },
      { set: "./devices/disk/@colour", value: "red" },
      { set: "./devices/disk/target/@bus", value: "magic" },
    ]),
  );
});

test("a document that no program can say is refused with all that is wrong", () => {
  const { domain } = kinds;
  if (!domain) throw new Error("there is no kind of domains");
  expect(() => inputsOf(domain, node("domain"))).toThrow("memory is required");
});
