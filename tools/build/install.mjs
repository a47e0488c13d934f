/** Copies bin/ into Pulumi's plugin folder, where programs in any project find it. */
import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const plugins = join(process.env.PULUMI_HOME || join(homedir(), ".pulumi"), "plugins");
const target = join(plugins, `resource-kvm-v${version}`);
mkdirSync(plugins, { recursive: true });
rmSync(target, { recursive: true, force: true });
cpSync(join(root, "bin"), target, { recursive: true });
console.log(`install: ${target}`);
