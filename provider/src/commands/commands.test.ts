/** The commands on real files: what they print, and the one error that they end with. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { parse as yaml } from "yaml";
import { kinds, settled } from "../resources/documents";
import { canonical, parse } from "../xml";
import { convert } from "./convert";
import { render } from "./render";

const folder = mkdtempSync(join(tmpdir(), "kvm-commands-"));
afterAll(() => rmSync(folder, { recursive: true }));
let serial = 0;
function file(text: string, ending = "xml"): string {
  const path = join(folder, `${serial++}.${ending}`);
  writeFileSync(path, text);
  return path;
}
const golden = join(__dirname, "../model/golden");
/** Of the kinds that a program can declare; the others are told so. */
const [goldens, others] = readdirSync(golden, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".xml"))
  .reduce<[string[], string[]]>(
    (parts, name) => {
      parts[parse(readFileSync(join(golden, name), "utf8")).name in kinds ? 0 : 1].push(name);
      return parts;
    },
    [[], []],
  );

/** The document in libvirt's units. */
function settledText(text: string): string {
  const whole = parse(text);
  const kind = kinds[whole.name];
  if (!kind) throw new Error(`no kind ${whole.name}`);
  return canonical(settled(kind, whole));
}

describe.each(goldens)("%s", (name) => {
  const path = join(golden, name);
  test.each(["yaml", "json"])("comes back from its program in %s", async (to) => {
    const program = file(await convert([path, "--to", to]), to);
    expect(canonical(parse(await render([program])))).toBe(settledText(readFileSync(path, "utf8")));
  });
  test("is a program in TypeScript that has no slip", async () => {
    const program = await convert([path, "--to", "typescript"]);
    const { diagnostics } = ts.transpileModule(program, { reportDiagnostics: true });
    expect(diagnostics?.map(({ messageText }) => messageText)).toEqual([]);
  });
});

test.each(others)("%s is told to be no object that a program can declare", async (name) => {
  await expect(convert([join(golden, name)])).rejects.toThrow(/is no object that a program can declare/);
});

const dollar = "$";
const small = `<domain type='kvm'><name>my-vm.1</name><memory unit='KiB'>1048576</memory><title>it costs ${dollar}{5} and $$</title><os><type>hvm</type><boot dev='hd'/></os><features><acpi/></features></domain>`;

test("a program in YAML is a whole project, as a person would write it", async () => {
  expect(await convert([file(small)])).toBe(`name: my-vm.1
runtime: yaml
resources:
  my-vm.1:
    type: kvm:Domain
    properties:
      preset: none
      type: kvm
      name: my-vm.1
      memory: 1GiB
      title: "it costs $\${5} and $$$$"
      os:
        type: hvm
        boots:
          - hd
      features:
        acpi: true
`);
});
test("in TypeScript", async () => {
  expect(await convert([file(small), "--to", "typescript", "--name", "web"])).toBe(`import * as kvm from "pulumi-kvm";

export const web = new kvm.Domain("web", {
  preset: "none",
  type: "kvm",
  name: "my-vm.1",
  memory: "1GiB",
  title: "it costs \${5} and $$",
  os: {
    type: "hvm",
    boots: [
      "hd",
    ],
  },
  features: {
    acpi: true,
  },
});
`);
});
test("in Python", async () => {
  expect(await convert([file(small), "--to", "python"])).toBe(`import pulumi_kvm as kvm

my_vm_1 = kvm.Domain(
    "my-vm.1",
    preset="none",
    type="kvm",
    name="my-vm.1",
    memory="1GiB",
    title="it costs \${5} and $$",
    os={
        "type": "hvm",
        "boots": [
            "hd",
        ],
    },
    features={
        "acpi": True,
    },
)
`);
});
test("in Go", async () => {
  expect(await convert([file(small), "--to", "go"])).toContain(`
		_, err := kvm.NewDomain(ctx, "my-vm.1", &kvm.DomainArgs{
			Preset: pulumi.String("none"),
			Type:   pulumi.String("kvm"),
			Name:   pulumi.String("my-vm.1"),
			Memory: pulumi.String("1GiB"),
			Title:  pulumi.String("it costs \${5} and $$"),
			Os: &kvm.OsArgs{
				Type: pulumi.String("hvm"),
				Boots: pulumi.StringArray{
					pulumi.String("hd"),
				},
			},
			Features: &kvm.FeaturesArgs{
				Acpi: pulumi.Bool(true),
			},
		})
		return err
`);
});
test("words that some YAML takes for a truth, a number or a date are quoted", async () => {
  const words = ["yes", "off", "0x1f", "1_000", "2001-12-14", "~", "1e3", "no: 1", "a #b", "0o17", "é", " "];
  for (const word of words) {
    const text = await convert([
      file(
        `<domain><name>n</name><memory unit='KiB'>1024</memory><description>${word.replace("&", "&amp;")}</description></domain>`,
      ),
    ]);
    expect(text).toContain(`description: ${JSON.stringify(word)}\n`);
    expect(yaml(text).resources.n.properties.description).toBe(word);
  }
});
test("a volume's pool is not in its XML", async () => {
  const volume = file("<volume><name>v</name><capacity unit='bytes'>1024</capacity></volume>");
  expect(await convert([volume])).toContain("pool: default");
  expect(await convert([volume, "--pool", "fast"])).toContain("pool: fast");
  await expect(convert([file(small), "--pool", "fast"])).rejects.toThrow("--pool is for volumes");
});

describe("render", () => {
  test("takes inputs alone, in JSON and YAML, of the kind that has these properties", async () => {
    const domain = await render([file('{ "memory": "2GiB", "vcpus": 2, "preset": "none" }', "json")]);
    expect(domain).toContain("<memory unit='KiB'>2097152</memory>");
    expect(await render([file("type: dir\npath: /pool\n", "yaml")])).toMatch(/^<pool type='dir'>/);
    expect(await render([file("pool: default\ncapacity: 1MiB\n", "yaml")])).toMatch(/^<volume>/);
    expect(await render([file("name: n\n", "yaml"), "--kind", "network"])).toMatch(/^<network>/);
  });
  test("has our defaults in it, but for what is made up", async () => {
    const xml = await render([file("memory: 2GiB\ninterfaces: [{ network: default }]\n", "yaml")]);
    expect(xml).toContain("org.qemu.guest_agent.0");
    expect(xml).not.toMatch(/<(name|uuid|mac)/);
  });
  test("chooses among the resources of a program", async () => {
    const two =
      "resources:\n  a: { type: kvm:Network, properties: { name: a } }\n  b: { type: kvm:index:Domain, properties: { memory: 1GiB } }\n  c: { type: random:Id }\n";
    expect(await render([file(two, "yaml"), "--resource", "a"])).toMatch(/^<network>/);
    await expect(render([file(two, "yaml")])).rejects.toThrow("it has 2 resources. Choose one with --resource: a, b");
    await expect(render([file(two, "yaml"), "--resource", "c"])).rejects.toThrow("no resource c of ours in it");
  });
});

describe("one error says what is wrong with", () => {
  test.each<[string, (args: string[]) => Promise<string>, () => string[], string]>([
    ["a file that is not there", convert, () => ["/nowhere.xml"], "/nowhere.xml: cannot be read: ENOENT"],
    ["a folder", render, () => [folder], "cannot be read: EISDIR"],
    ["malformed XML", convert, () => [file("<domain><name></domain>")], "the XML cannot be read"],
    ["a DOCTYPE", convert, () => [file("<!DOCTYPE a [<!ENTITY b 'c'>]><domain/>")], "it has a DOCTYPE"],
    ["an empty file", convert, () => [file("")], "the XML cannot be read"],
    ["another root", convert, () => [file("<html/>")], "<html> is no object that a program can declare. The root"],
    ["a root of JavaScript's", convert, () => [file("<constructor/>")], "<constructor> is no object"],
    ["another language", convert, () => [file(small), "--to", "phyton"], "Did you mean python?"],
    [
      "an unknown option",
      convert,
      () => [file(small), "--too", "go"],
      "Unknown option '--too'. Usage: convert FILE.xml",
    ],
    ["no file", render, () => [], "no file is named. Usage: render FILE"],
    ["two files", convert, () => ["a", "b"], "one file at a time, and not b too"],
    ["malformed JSON", render, () => [file('{ "memory": ', "json")], "it is neither JSON nor YAML"],
    ["malformed YAML", render, () => [file("a: [b\nc", "yaml")], "it is neither JSON nor YAML"],
    ["no object", render, () => [file("- a", "yaml")], "it holds no properties"],
    ["an unknown property", render, () => [file("memory: 1GiB\ndsiks: []", "yaml")], "did you mean disks?"],
    ["a wrong type", render, () => [file("memory: 1GiB\nvcpus: two", "yaml")], "vcpus must be a whole number"],
    ["what is missing", render, () => [file("vcpus: 2", "yaml")], "memory is required"],
    [
      "an expression",
      render,
      () => [file(`resources: { a: { type: kvm:Domain, properties: { memory: '${dollar}{b.c}' } } }`)],
      `a.memory has ${dollar}{b.c}, which only a run of Pulumi knows`,
    ],
    [
      "a type of ours without XML",
      render,
      () => [file("resources: { a: { type: kvm:Nothing } }")],
      "kvm:Nothing is nothing of which there is XML",
    ],
    [
      "a path that leads nowhere",
      render,
      () => [file("memory: 1GiB\nxml: [{ set: ./nowhere/@a, value: b }]", "yaml")],
      "there is no nowhere in domain",
    ],
  ])("%s", async (_, command, args, said) => {
    await expect(command(args())).rejects.toThrow(said);
  });
});
