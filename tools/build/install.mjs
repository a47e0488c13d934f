/** Copies bin/ into Pulumi's plugin folder, where programs in any project find it. */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const plugins = join(process.env.PULUMI_HOME || join(homedir(), ".pulumi"), "plugins");
const target = join(plugins, `resource-kvm-v${version}`);
mkdirSync(plugins, { recursive: true });
// Copied beside and then moved into place: an engine that starts it meanwhile finds all of one build.
const [next, last] = [`${target}.next-${process.pid}`, `${target}.last-${process.pid}`];
cpSync(join(root, "bin"), next, { recursive: true });
if (existsSync(target)) renameSync(target, last);
renameSync(next, target);
rmSync(last, { recursive: true, force: true });
console.log(`install: ${target}`);
