/** The real Pulumi engine over a project of the test's own: YAML text in, what a user would have seen out. */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../package.json";
import { checkout, environment, forRun } from "./setup/stack";

/** A step of the engine on one resource: `create`, `update`, `same`, `replace`, `delete`, `refresh`, `import`, … */
export interface Step {
  readonly op: string;
  readonly urn: string;
  /** The resource's name in the program. */
  readonly name: string;
  /** Property paths of the detailed diff, with their kinds. */
  readonly diff: Readonly<Record<string, string>>;
}
export interface Outcome {
  readonly code: number;
  /** Everything that the user read, without colours. */
  readonly text: string;
  /** Steps on our own resources, the stack and its providers left out. */
  readonly steps: readonly Step[];
  /** Count of each operation among them, `same` left out. */
  readonly changes: Readonly<Record<string, number>>;
}
export interface Running {
  readonly process: ChildProcess;
  readonly outcome: Promise<Outcome>;
  /** Resolves when the text so far matches; rejects when the command ends first. */
  seen(pattern: RegExp): Promise<void>;
}
export interface Stack {
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Replaces the program: the text of `resources:` and whatever else belongs into `Pulumi.yaml`. */
  program(yaml: string): void;
  /** `up --yes --skip-preview`; anything but success throws with the text, unless `fails`. */
  up(...flags: string[]): Promise<Outcome>;
  preview(...flags: string[]): Promise<Outcome>;
  refresh(...flags: string[]): Promise<Outcome>;
  destroy(...flags: string[]): Promise<Outcome>;
  /** The same, for a run that must fail: throws when it succeeds. */
  fails(command: "up" | "preview" | "refresh" | "destroy", ...flags: string[]): Promise<Outcome>;
  /** Any pulumi command. */
  pulumi(...args: string[]): Promise<Outcome>;
  /** A command still under way, for Ctrl-C and kill. */
  start(...args: string[]): Running;
  outputs(): Promise<Record<string, unknown>>;
  exported(): Promise<string>;
  /** Removes the project's folder; destroy first. */
  remove(): void;
}

const config = (pairs: Readonly<Record<string, string>>): string =>
  `config:\n${Object.entries(pairs)
    .map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`)
    .join("")}`;

/** A new project `e2e` with the stack `test`, on a file backend of its own. `uri` is the default provider's. */
export function stack(
  options: { uri?: string; config?: Record<string, string>; env?: Record<string, string> } = {},
): Stack {
  const dir = mkdtempSync(join(tmpdir(), "kvm-e2e-"));
  cpSync(join(forRun(), "stack"), dir, { recursive: true });
  const env = { ...environment(dir), ...options.env };
  // Without its version the engine would start the provider twice, the first time for its schema alone.
  const plugin = `{ name: kvm, path: ${checkout}/bin, version: ${version} }`;
  const head = `name: e2e\nruntime: yaml\nplugins: { providers: [${plugin}] }\n`;
  const program = (yaml: string): void => writeFileSync(join(dir, "Pulumi.yaml"), head + yaml);
  program("resources: {}\n");
  const pairs = { ...(options.uri === undefined ? {} : { "kvm:uri": options.uri }), ...options.config };
  const stackFile = join(dir, "Pulumi.test.yaml");
  writeFileSync(stackFile, `${readFileSync(stackFile, "utf8")}${config(pairs)}`);

  let serial = 0;
  const start = (...args: string[]): Running => {
    const log = join(dir, `events-${serial++}.json`);
    const logs = ["up", "preview", "refresh", "destroy", "import"].includes(args[0] ?? "") ? ["--event-log", log] : [];
    const child = spawn("pulumi", [...args, ...logs, "--non-interactive", "--color", "never"], {
      cwd: dir,
      env,
      stdio: "pipe",
    });
    let text = "";
    const listeners = new Set<() => void>();
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        for (const listener of listeners) listener();
      });
    const outcome = new Promise<Outcome>((done) =>
      child.on("close", (code) => {
        const steps = readSteps(log);
        const changes: Record<string, number> = {};
        for (const { op } of steps) if (op !== "same") changes[op] = (changes[op] ?? 0) + 1;
        done({ code: code ?? 1, text, steps, changes });
      }),
    );
    const seen = (pattern: RegExp): Promise<void> =>
      new Promise((done, fail) => {
        const look = (): void => {
          if (!pattern.test(text)) return;
          listeners.delete(look);
          done();
        };
        listeners.add(look);
        child.on("close", () => fail(new Error(`ended before ${pattern} was seen:\n${text}`)));
        look();
      });
    return { process: child, outcome, seen };
  };
  const run = async (...args: string[]): Promise<Outcome> => {
    const outcome = await start(...args).outcome;
    if (outcome.code !== 0) throw new Error(`pulumi ${args.join(" ")} failed:\n${outcome.text}`);
    return outcome;
  };
  const flagsOf = {
    up: ["--yes", "--skip-preview"],
    preview: ["--diff"],
    refresh: ["--yes", "--skip-preview"],
    destroy: ["--yes", "--skip-preview"],
  };
  const preset = (command: keyof typeof flagsOf, flags: string[]): string[] => [command, ...flagsOf[command], ...flags];
  return {
    dir,
    env,
    program,
    start,
    pulumi: run,
    up: (...flags) => run(...preset("up", flags)),
    preview: (...flags) => run(...preset("preview", flags)),
    refresh: (...flags) => run(...preset("refresh", flags)),
    destroy: (...flags) => run(...preset("destroy", flags)),
    fails: async (command, ...flags) => {
      const outcome = await start(...preset(command, flags)).outcome;
      if (outcome.code === 0) throw new Error(`pulumi ${command} should have failed, but it said:\n${outcome.text}`);
      return outcome;
    },
    outputs: async () =>
      JSON.parse((await run("stack", "output", "--json", "--show-secrets")).text) as Record<string, unknown>,
    exported: async () => (await run("stack", "export")).text,
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

interface EngineEvent {
  resourcePreEvent?: {
    metadata: {
      op: string;
      urn: string;
      type: string;
      detailedDiff?: Record<string, { diffKind?: string; kind?: string }>;
    };
  };
}
function readSteps(log: string): Step[] {
  if (!existsSync(log)) return [];
  return readFileSync(log, "utf8")
    .split("\n")
    .filter(Boolean)
    .flatMap((line) => {
      const meta = (JSON.parse(line) as EngineEvent).resourcePreEvent?.metadata;
      if (!meta?.type.startsWith("kvm:")) return [];
      const diff = Object.fromEntries(
        Object.entries(meta.detailedDiff ?? {}).map(([path, d]) => [path, d.diffKind ?? d.kind ?? "update"]),
      );
      return [{ op: meta.op, urn: meta.urn, name: meta.urn.split("::").at(-1) ?? "", diff }];
    });
}
