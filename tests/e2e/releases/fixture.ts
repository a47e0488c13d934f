/** What a release left: its program, its state, and the objects on the host. `RECORD_RELEASE=1` keeps those of the present one. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Inventory, inventory, type LabHost, virsh } from "../../lab/lab";
import type { Stack } from "../engine";

/** Where in the engine's own sources a resource was registered. */
const tracing = new Set(["sourcePosition", "stackTrace"]);
const folder = (version: string): string => join(__dirname, version);

export const recorded = (): string[] =>
  readdirSync(__dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

export const ours = ({ domains, networks, pools, volumes }: Inventory): string[] =>
  [...domains, ...networks, ...pools, ...volumes].filter((name) => name.includes("e2e-release"));

/** What a state says of the host that it was written on, and the words for it in a fixture. */
async function placeOf({ name, uri }: LabHost): Promise<[word: string, here: string][]> {
  const uuid = /<uuid>(.*)<\/uuid>/.exec(await virsh(name, "capabilities"))?.[1];
  if (uuid === undefined) throw new Error(`${name} does not say its UUID`);
  return [
    ["@URI@", uri],
    // As outputs name it: without the way to the key.
    ["@SHOWN@", uri.replace(/\?.*/, "")],
    ["@HOST@", uuid],
  ];
}

/** Keeps what the stack has made. */
export async function record(version: string, host: LabHost, s: Stack): Promise<void> {
  const to = folder(version);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(join(to, "volumes"), { recursive: true });
  const keep = (file: string, text: string): void => writeFileSync(join(to, file), text);
  const show = (...args: string[]): Promise<string> => virsh(host.name, ...args);
  // Parsed, since the engine writes the URI's `&` as \u0026. With its secrets, since no key outlives a run.
  const { text } = await s.pulumi("stack", "export", "--show-secrets");
  let state = JSON.stringify(JSON.parse(text), (key, value) => (tracing.has(key) ? undefined : value), 2);
  for (const [word, here] of await placeOf(host)) state = state.replaceAll(here, word);
  keep("state.json", `${state}\n`);
  keep("program.yaml", readFileSync(join(__dirname, "program.yaml"), "utf8"));
  keep("pool.xml", await show("pool-dumpxml", "--inactive", "e2e-release"));
  keep("network.xml", await show("net-dumpxml", "--inactive", "e2e-release"));
  keep("domain.xml", await show("dumpxml", "--inactive", "--security-info", "e2e-release"));
  for (const id of ours(await inventory(host.name)).filter((name) => name.startsWith("e2e-release/"))) {
    const volume = id.replace("e2e-release/", "");
    keep(`volumes/${volume}.xml`, await show("vol-dumpxml", volume, "--pool", "e2e-release"));
  }
}

/** Puts the objects on the host, and the state and the program into the stack; gives the program. */
export async function restore(version: string, host: LabHost, s: Stack): Promise<string> {
  const from = folder(version);
  const text = (file: string): string => readFileSync(join(from, file), "utf8");
  /** As the host sees it: of this machine's files it has /tmp. */
  const file = (name: string): string => {
    const path = join(s.dir, "object.xml");
    writeFileSync(path, text(name));
    return path;
  };
  const make = (...args: string[]): Promise<string> => virsh(host.name, ...args);
  await make("pool-define", file("pool.xml"));
  await make("pool-build", "e2e-release");
  await make("pool-start", "e2e-release");
  await make("pool-autostart", "e2e-release");
  // By name: what backs another one comes first.
  for (const volume of readdirSync(join(from, "volumes")).sort())
    await make("vol-create", "e2e-release", file(`volumes/${volume}`));
  await make("net-define", file("network.xml"));
  await make("net-start", "e2e-release");
  await make("net-autostart", "e2e-release");
  await make("define", file("domain.xml"));

  let state = text("state.json");
  for (const [word, here] of await placeOf(host)) state = state.replaceAll(word, here);
  writeFileSync(join(s.dir, "state.json"), state);
  await s.pulumi("stack", "import", "--file", "state.json");
  const program = text("program.yaml");
  s.program(program);
  return program;
}
