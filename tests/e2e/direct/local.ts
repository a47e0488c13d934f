/** Being on a lab host oneself, where the daemon is a unix socket away. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { HostSettings } from "../../../provider/src/host";
import type { Arguments, ProcedureName } from "../../../provider/src/libvirt";
import { on } from "../../lab/lab";

/** What answers for the provider on the host: what a call to the daemon of these settings says there. `as` runs it as another user. */
export type Local = <N extends ProcedureName>(
  settings: HostSettings,
  procedure: N,
  args: Arguments<N>,
  as?: (...command: string[]) => string[],
) => Promise<unknown>;

/** Puts the provider's rooms into one file in that folder, which the host sees too. */
export async function local(host: string, folder: string): Promise<Local> {
  const probe = join(folder, "probe.cjs");
  const entry = join(__dirname, "probe.ts");
  await build({ entryPoints: [entry], bundle: true, platform: "node", external: ["ssh2"], outfile: probe });
  return async (settings, procedure, args, as = (...command) => command) => {
    const words = [JSON.stringify(settings), procedure, JSON.stringify(args)];
    return JSON.parse(await on(host, ...as(process.execPath, probe, ...words)));
  };
}

/** Where this machine finds the first of these sockets of the host's own daemons. */
export function socketOf(host: string, names: readonly string[]): string {
  const lab = join(__dirname, "../../lab/lab.sh");
  const pid = execFileSync("bash", ["-c", '. "$0"; init_of "$1"', lab, host]).toString().trim();
  const found = names.map((name) => `/proc/${pid}/root/run/libvirt/${name}`).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`host ${host} has none of the sockets ${names.join(", ")}`);
  return found;
}
