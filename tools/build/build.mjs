/** Bundles the provider into bin/: a small main that answers at once, and chunks that it loads from a code cache. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
const source = join(root, "provider/src");
const bin = join(root, "bin");
// Built beside and then moved into place: a provider that starts meanwhile finds all of one build.
const out = join(root, `.cache/bin-${process.pid}`);
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Modules whose identity matters (a symbol, a class) are chunks of their own, so that all others share one copy. */
const shared = { failure: "failure.ts", unknown: "unknown.ts", resource: "plugin/resource.ts" };
const chunks = {
  main: "main.ts",
  plugin: "plugin/index.ts",
  provider: "provider.ts",
  commands: "commands/index.ts",
  ...shared,
};

const sharing = {
  name: "share",
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ path, importer, kind }) => {
      if (kind === "entry-point") return undefined;
      const file = relative(source, resolve(importer, "..", `${path}.ts`));
      const name = Object.keys(shared).find((key) => shared[key] === file);
      return name && importer.startsWith(source) ? { path: `./${name}.cjs`, external: true } : undefined;
    });
    build.onResolve({ filter: /^ssh2$/ }, () => ({ path: "./ssh2.cjs", external: true }));
  },
};
const padding = {
  name: "padding",
  setup(build) {
    build.onResolve({ filter: /^crypto$/ }, ({ importer }) =>
      importer.endsWith("ssh2/lib/protocol/crypto.js") ? { path: join(root, "tools/build/padding.ts") } : undefined,
    );
  },
};
const common = {
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  minify: true,
  legalComments: "none",
  define: { VERSION: JSON.stringify(version) },
  // A script compiled from a cache has no module loader of its own: what is imported late is required late.
  supported: { "dynamic-import": false },
  external: ["cpu-features", "*.node"],
  logLevel: "warning",
};

function digest() {
  const hash = createHash("sha256").update(process.version + process.arch);
  const files = [
    ...walk(source),
    ...[
      "schema.json",
      "package-lock.json",
      "tools/build/build.mjs",
      "tools/build/padding.ts",
      "tools/build/warm.mjs",
      "tools/build/launcher.sh",
    ].map((file) => join(root, file)),
  ];
  for (const file of files.sort()) if (existsSync(file)) hash.update(file).update(readFileSync(file));
  return hash.digest("hex");
}
const walk = (folder) =>
  spawnSync("find", [folder, "-name", "*.ts", "-not", "-name", "*.test.ts"], { encoding: "utf8" })
    .stdout.trim()
    .split("\n");

const stamp = join(bin, ".built");
const now = digest();
if (existsSync(stamp) && readFileSync(stamp, "utf8") === now) {
  console.log("build: bin/pulumi-resource-kvm is up to date");
  process.exit(0);
}
mkdirSync(out, { recursive: true });
await Promise.all([
  ...Object.entries(chunks).map(([name, entry]) =>
    build({ ...common, entryPoints: [join(source, entry)], outfile: join(out, `${name}.cjs`), plugins: [sharing] }),
  ),
  build({
    ...common,
    stdin: { contents: 'module.exports = require("ssh2")', resolveDir: root },
    outfile: join(out, "client.cjs"),
    plugins: [padding],
  }),
  build({ ...common, entryPoints: [join(source, "chunk.ts")], outfile: join(out, "chunk.cjs") }),
]);

writeFileSync(join(out, "ssh2.cjs"), 'module.exports = require("./chunk.cjs").chunk(__dirname, "client");\n');
copyFileSync(join(root, "tools/build/launcher.sh"), join(out, "pulumi-resource-kvm"));
chmodSync(join(out, "pulumi-resource-kvm"), 0o755);
writeFileSync(join(out, "pulumi-resource-kvm.cmd"), '@set NODE_EXTRA_CA_CERTS=\r\n@node "%~dp0main.cjs" %*\r\n');
writeFileSync(
  join(out, "package.json"),
  `${JSON.stringify({ name: "pulumi-resource-kvm", version, type: "commonjs" })}\n`,
);
if (existsSync(join(root, "schema.json"))) copyFileSync(join(root, "schema.json"), join(out, "schema.json"));
const warm = spawnSync(process.execPath, [join(root, "tools/build/warm.mjs"), out], { stdio: "inherit" });
if (warm.status !== 0) {
  rmSync(out, { recursive: true });
  process.exit(1);
}
writeFileSync(join(out, ".built"), now);
const last = `${out}-last`;
if (existsSync(bin)) renameSync(bin, last);
renameSync(out, bin);
rmSync(last, { recursive: true, force: true });
console.log(`build: bin/pulumi-resource-kvm ${version}`);
