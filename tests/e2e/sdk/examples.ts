/** The examples of a language, compiled with its SDK and run by the real engine on a real host. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cloudImage, inventory, lab, on } from "../../lab/lab";
import { type Stack, stack } from "../engine";
import { type Language, languages } from "./languages";

const { name: own, uri } = lab().own;
const sshKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample example";

/** A stack of the example in that language, with the provider of this checkout. */
function project(example: string, language: Language): Stack {
  const config = { "e2e:image": `file://${cloudImage}`, "e2e:sshKey": sshKey };
  const s = stack({ uri, config, env: language.env(example) });
  const head = readFileSync(join(s.dir, "Pulumi.yaml"), "utf8").replace(/\nresources:[\s\S]*/, "\n");
  if (language === languages.yaml) {
    const text = readFileSync(join(__dirname, `../../../examples/${example}/yaml/Pulumi.yaml`), "utf8");
    s.program(text.replace(/^(name|runtime|description):.*\n/gm, ""));
    return s;
  }
  const runtime = language.place(example, s.dir);
  writeFileSync(join(s.dir, "Pulumi.yaml"), head.replace("runtime: yaml", `runtime: ${runtime}`));
  return s;
}

/** Our objects' names on the host, from a stack's state. */
function namesOf(state: string): string[] {
  const { deployment } = JSON.parse(state) as {
    deployment: { resources?: { type: string; outputs?: { name?: string } }[] };
  };
  return (deployment.resources ?? []).flatMap(({ type, outputs }) =>
    type.startsWith("kvm:") && outputs?.name ? [outputs.name] : [],
  );
}

/** The quick start previewed: it says the same in each language. */
export function quickstart(language: Language): void {
  let s: Stack;
  beforeAll(() => {
    s = project("quickstart", language);
  });
  afterAll(() => s.remove());

  test("the quick start says the same as in the other languages", async () => {
    const { steps, text } = await s.preview();
    expect(steps.map(({ op, name }) => `${op} ${name}`).sort()).toEqual([
      "create base",
      "create machine",
      "create root",
    ]);
    for (const said of [
      sshKey,
      `file://${cloudImage}`,
      '"20GiB"',
      '"1GiB"',
      "cloudInit: true",
      'network: "default"',
      "sudo",
    ])
      expect(text).toContain(said);
  });
}

/** All kinds of resources, made by a program that a language's SDK compiles. */
export function tour(language: Language): void {
  let s: Stack;
  beforeAll(() => {
    s = project("tour", language);
  });
  afterAll(async () => {
    const names = namesOf(await s.exported());
    await s.destroy();
    s.remove();
    const left = JSON.stringify(await inventory(own));
    expect(names.filter((name) => left.includes(name))).toEqual([]);
  });

  test("all kinds of resources are made, known to the program, and unchanged by a second run", async () => {
    expect((await s.up()).changes).toEqual({ create: 5 });
    const { path, uuid, cards, title, cores } = await s.outputs();
    expect(path).toMatch(new RegExp(`^/var/lib/libvirt/tour-${language.name}/greeting-`));
    expect(await on(own, "cat", String(path))).toBe("hello\n");
    expect(uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(cards).toEqual([expect.stringMatching(/^52:54:00(:[0-9a-f]{2}){3}$/)]);
    expect([undefined, null, ""]).toContain(title);
    expect(cores).toBeGreaterThan(0);
    expect((await s.preview("--expect-no-changes")).changes).toEqual({});
  });
}
