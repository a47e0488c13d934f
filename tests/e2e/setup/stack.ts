/** Called once before all tests of the lab: an empty stack, made by the engine, of which each test gets a copy. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { secretsProvider, serveKeys } from "./keys";

export const checkout = resolve(__dirname, "../../..");
const variable = "KVM_E2E";

/** The folder of this run: the stack, and each worker's Pulumi home, where the engine keeps the provider's schema. */
export function forRun(): string {
  const folder = process.env[variable];
  if (folder === undefined) throw new Error(`${variable} is not set: run the tests by jest, whose globalSetup sets it`);
  return folder;
}

/** Of a pulumi command for the stack in that folder. */
export const environment = (stack: string): NodeJS.ProcessEnv => {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  return {
    ...env,
    PATH: `${checkout}/.cache/bin:${process.env["PATH"]}`,
    PULUMI_HOME: join(forRun(), `home-${process.env["JEST_WORKER_ID"] ?? 0}`),
    PULUMI_BACKEND_URL: `file://${join(stack, "state")}`,
    PULUMI_STACK: "test",
    PULUMI_SKIP_UPDATE_CHECK: "1",
    // A copy of the state before each change, which no test restores.
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    // Without it there is no --event-log.
    PULUMI_DEBUG_COMMANDS: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
    // An engine that lives for seconds spends a tenth of them on collecting garbage.
    GOGC: "off",
    GOMEMLIMIT: "1GiB",
  };
};

export default async function makeStack(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "kvm-e2e-run-"));
  process.env[variable] = folder;
  // The workers inherit it, and the engine from them.
  Object.assign(process.env, await serveKeys());
  const dir = join(folder, "stack");
  mkdirSync(join(dir, "state"), { recursive: true });
  writeFileSync(join(dir, "Pulumi.yaml"), "name: e2e\nruntime: yaml\n");
  // Not synchronously: the engine asks this process for its key.
  await promisify(execFile)(
    "pulumi",
    ["stack", "init", "test", "--non-interactive", "--secrets-provider", secretsProvider],
    {
      cwd: dir,
      env: environment(dir),
    },
  );
}
