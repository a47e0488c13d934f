/**
 * 100 qcow2 volumes and 100 stopped domains on one lab host over SSH: our `up` and `preview --refresh`, against what libvirt
 * itself needs (one virsh connection reading a script) and what the engine alone needs (a provider that does nothing).
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const uri = process.env.KVM_URI;
const count = 100;
const dir = mkdtempSync(join(tmpdir(), "kvm-bench-"));
const env = {
  ...process.env,
  PATH: `${checkout}/.cache/bin:${process.env.PATH}`,
  PULUMI_CONFIG_PASSPHRASE: "bench",
  PULUMI_SKIP_UPDATE_CHECK: "1",
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
  NOTHING_SCHEMA: `${checkout}/schema.json`,
};
delete env.NODE_EXTRA_CA_CERTS;

function timed(command, args, options = {}) {
  const start = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(command, args, {
    env,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    ...options,
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}\n${stderr}`);
  return { seconds, stdout };
}

const numbers = Array.from({ length: count }, (_, i) => i);
const resources = numbers
  .map(
    (i) => `  v${i}:
    type: kvm:Volume
    properties: { pool: default, name: bench-${i}.qcow2, capacity: 1GiB }
  d${i}:
    type: kvm:Domain
    properties: { name: bench-${i}, memory: 256MiB, vcpus: 1, powerState: stopped, disks: [{ volume: "\${v${i}.id}" }], interfaces: [{ network: default }] }
`,
  )
  .join("");

/** One project on a file backend, with the provider in `plugin`. */
function project(name, plugin, extra = {}) {
  const at = join(dir, name);
  mkdirSync(join(at, "state"), { recursive: true });
  writeFileSync(
    join(at, "Pulumi.yaml"),
    `name: bench\nruntime: yaml\nplugins: { providers: [{ name: kvm, path: ${JSON.stringify(plugin)} }] }\nresources:\n${resources}`,
  );
  const options = {
    cwd: at,
    env: { ...env, PULUMI_HOME: join(at, "home"), PULUMI_BACKEND_URL: `file://${at}/state`, ...extra },
  };
  const pulumi = (...args) => timed("pulumi", [...args, "--non-interactive"], options);
  pulumi("stack", "init", "bench");
  pulumi("config", "set", "kvm:uri", uri);
  return {
    up: () => pulumi("up", "--yes", "--skip-preview", "--parallel", "64").seconds,
    refresh: () => pulumi("preview", "--refresh", "--parallel", "64").seconds,
    destroy: () => pulumi("destroy", "--yes", "--skip-preview", "--parallel", "64").seconds,
    stateBytes: () => {
      const { deployment } = JSON.parse(pulumi("stack", "export").stdout);
      const ours = deployment.resources.filter((r) => r.type.startsWith("kvm:"));
      return Math.round(ours.reduce((sum, r) => sum + JSON.stringify(r.outputs).length, 0) / ours.length);
    },
  };
}

/** The same objects by one virsh that reads a script. The XML is what our own run made, so that libvirt does the same work. */
function virsh() {
  const quoted = (path) => `'${path}'`;
  const lines = numbers.flatMap((i) => [
    `vol-create-as default bench-${i}.qcow2 1GiB --format qcow2`,
    `define ${quoted(join(dir, `bench-${i}.xml`))}`,
  ]);
  const undo = numbers.flatMap((i) => [`undefine bench-${i}`, `vol-delete bench-${i}.qcow2 default`]);
  const run = (list) => timed("virsh", ["-q", "-c", uri], { input: `${list.join("\n")}\n` }).seconds;
  return { create: () => run(lines), remove: () => run(undo) };
}
const saveXml = () => {
  for (const i of numbers)
    writeFileSync(
      join(dir, `bench-${i}.xml`),
      timed("virsh", ["-q", "-c", uri, "dumpxml", "--inactive", `bench-${i}`]).stdout,
    );
};

const median = (seconds) => seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)];
const ratio = (name, ours, parts, goal) => {
  const base = Object.values(parts).reduce((sum, s) => sum + s, 0);
  const detail = Object.entries(parts).map(([part, s]) => `${part} ${s.toFixed(2)} s`);
  console.log(
    `${name}: ${ours.toFixed(2)} s against ${detail.join(" + ")}: ${(ours / base).toFixed(2)}x (at most ${goal}x)`,
  );
};

try {
  const ours = project("ours", `${checkout}/bin`);
  const create = ours.up();
  saveXml();
  const bytes = ours.stateBytes();
  const nothing = project("nothing", `${checkout}/tools/bench/nothing`, { NOTHING_STATE_BYTES: String(bytes) });
  const engine = { up: nothing.up() };
  // In turn, since the speed of the machine drifts.
  const [refreshes, idle] = [[], []];
  for (let i = 0; i < 3; i++) {
    refreshes.push(ours.refresh());
    idle.push(nothing.refresh());
  }
  const destroy = ours.destroy();
  engine.destroy = nothing.destroy();
  const libvirt = virsh();
  const direct = libvirt.create();
  const removal = libvirt.remove();
  console.log(`states of ${bytes} bytes on average`);
  ratio(
    `up of ${count} volumes and ${count} stopped domains`,
    create,
    { "one virsh": direct, "the engine alone": engine.up },
    2,
  );
  ratio("preview --refresh of them, unchanged", median(refreshes), { "the engine alone": median(idle) }, 2);
  ratio("destroy of them", destroy, { "one virsh": removal, "the engine alone": engine.destroy }, 2);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
