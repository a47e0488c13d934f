/** How an example in each language is compiled and run: by its own SDK from sdk/, as a user's project would. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const checkout = resolve(__dirname, "../../..");
const cache = join(checkout, ".cache/e2e");
const modules = join(checkout, "node_modules");

export interface Language {
  readonly name: string;
  /** Makes what all of its programs need; throws with the compiler's words. */
  prepare(): void;
  /** Puts the example into the project's folder, compiled where the language compiles. Returns what `Pulumi.yaml` says of the runtime. */
  place(example: string, project: string): string;
  /** What the engine's environment needs beside the usual. */
  env(example: string): Record<string, string>;
}

const sources = (example: string, language: string): string => join(checkout, "examples", example, language);
const path = (first: string): string => `${first}:${join(checkout, ".cache/bin")}:${process.env["PATH"] ?? ""}`;

/** Output and errors of a compiler are what a failing test must show. */
function compile(command: string, args: readonly string[], cwd: string, env = process.env): void {
  try {
    execFileSync(command, args, { cwd, env, stdio: "pipe" });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: Buffer; stderr?: Buffer };
    throw new Error(`${command} ${args.join(" ")} failed in ${cwd}:\n${stdout ?? ""}${stderr ?? error}`);
  }
}

/** Makes `made` of the files in `source`, unless they are those that it was made of the last time. */
function once(made: string, source: string, make: () => void): void {
  const hash = createHash("sha256");
  for (const file of readdirSync(source, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()))
    hash.update(file.name).update(readFileSync(join(file.parentPath, file.name)));
  const [stamp, digest] = [join(made, ".made-of"), hash.digest("hex")];
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  rmSync(made, { recursive: true, force: true });
  make();
  writeFileSync(stamp, digest);
}

const yaml: Language = {
  name: "yaml",
  prepare: () => undefined,
  place: () => "yaml",
  env: () => ({}),
};

const nodeSdk = join(cache, "node_modules/pulumi-kvm");
function compileNodeSdk(): void {
  const source = join(cache, "nodejs");
  rmSync(source, { recursive: true, force: true });
  mkdirSync(join(cache, "node_modules/@types"), { recursive: true });
  // One copy of Pulumi's SDK and of the compiler: those that are installed already.
  for (const name of ["@pulumi", "@types/node", "typescript"])
    symlinkSync(join(modules, name), join(cache, "node_modules", name));
  cpSync(join(checkout, "sdk/nodejs"), source, { recursive: true });
  const compiler = join(modules, "typescript/bin/tsc");
  const options = ["-p", ".", "--outDir", nodeSdk, "--types", "node", "--ignoreDeprecations", "5.0"];
  compile(process.execPath, [compiler, ...options], source);
  writeFileSync(
    join(nodeSdk, "package.json"),
    JSON.stringify({ ...JSON.parse(readFileSync(join(source, "package.json"), "utf8")), main: "index.js" }),
  );
}
const typescript: Language = {
  name: "typescript",
  prepare: () => once(join(cache, "node_modules"), join(checkout, "sdk/nodejs"), compileNodeSdk),
  place(example, project) {
    cpSync(sources(example, "typescript"), project, {
      recursive: true,
      filter: (from) => !from.endsWith("/node_modules"),
    });
    symlinkSync(join(cache, "node_modules"), join(project, "node_modules"));
    // Pulumi compiles a program at each run; one that runs more than once is compiled here.
    if (example === "quickstart") return "nodejs";
    compile(process.execPath, [join(modules, "typescript/bin/tsc"), "-p", ".", "--noEmit", "false"], project);
    return "{ name: nodejs, options: { typescript: false } }";
  },
  env: () => ({}),
};

const venv = join(checkout, ".cache/python");
const pip = join(venv, "bin/pip");
/** Installed, since the SDK asks the installation for its version. */
function installPythonSdk(): void {
  const site = join(cache, "python");
  rmSync(`${site}-source`, { recursive: true, force: true });
  cpSync(join(checkout, "sdk/python"), `${site}-source`, { recursive: true });
  compile(
    pip,
    ["install", "-q", "--no-deps", "--disable-pip-version-check", "--target", site, `${site}-source`],
    checkout,
  );
  compile(join(venv, "bin/python"), ["-m", "compileall", "-q", site], checkout);
}
const python: Language = {
  name: "python",
  prepare() {
    if (!existsSync(join(venv, "installed"))) {
      compile("python3", ["-m", "venv", venv], checkout);
      compile(pip, ["install", "-q", "--disable-pip-version-check", "pulumi==3.248.0", "parver", "semver"], checkout);
      writeFileSync(join(venv, "installed"), "");
    }
    once(join(cache, "python"), join(checkout, "sdk/python"), installPythonSdk);
  },
  place(example, project) {
    cpSync(sources(example, "python"), project, { recursive: true });
    return "python";
  },
  env: () => ({ PATH: path(join(venv, "bin")), PYTHONPATH: join(cache, "python") }),
};

/** Without paths in what is compiled: the SDK, half a minute of two cores, is compiled once for all checkouts on the machine. */
export const goBuild = { flags: ["-trimpath"], env: { ...process.env, CGO_ENABLED: "0" } } as const;
const program = (example: string): string => join(cache, `${example}-go`);
const go: Language = {
  name: "go",
  prepare: () => mkdirSync(cache, { recursive: true }),
  place(example) {
    compile("go", ["build", ...goBuild.flags, "-o", program(example), "."], sources(example, "go"), goBuild.env);
    return "go";
  },
  env: (example) => ({ PATH: path(__dirname), GO_PROGRAM: program(example) }),
};

export const languages = { yaml, typescript, python, go };
