/** A second libvirtd on a lab host, beside the host's own: that of user `visitor`, with settings of the test's. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { on } from "../../lab/lab";

/** The lab's user who is not in the group libvirt. */
export const visitor = 64990;

/** What runs a command as the visitor: with an environment that has only what is given. */
export const asVisitor = (env: Readonly<Record<string, string>>, ...command: string[]): string[] => [
  ...["env", "-i", "PATH=/usr/bin:/bin", ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
  ...["setpriv", `--reuid=${visitor}`, "--regid=65534", "--clear-groups", ...command],
];

/** A folder that the visitor owns, on this machine and on the host alike. */
export function visitorsFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "direct-"));
  chmodSync(folder, 0o755);
  execFileSync("chown", [String(visitor), folder]);
  return folder;
}
/** Where that user's programs find their own. */
export const homeIn = (folder: string): Record<string, string> => ({
  HOME: folder,
  XDG_RUNTIME_DIR: join(folder, "run"),
  XDG_CONFIG_HOME: join(folder, "config"),
  XDG_CACHE_HOME: join(folder, "cache"),
  SASL_CONF_PATH: join(folder, "sasl"),
});

export interface SecondDaemon {
  readonly socket: string;
  stop(): Promise<void>;
}

/** Lines of its libvirtd.conf, and the mechanisms for SASL; user `fred` has the password given. */
export async function secondDaemon(
  host: string,
  settings: Readonly<Record<string, string | number>>,
  sasl = { mechanisms: "", password: "" },
): Promise<SecondDaemon> {
  const folder = visitorsFolder();
  for (const name of ["run", "config", "cache", "sasl", "run/libvirt"]) mkdirSync(join(folder, name));
  const conf = Object.entries({
    listen_addr: "0.0.0.0",
    listen_tls: 0,
    log_outputs: `2:file:${folder}/log`,
    ...settings,
  });
  writeFileSync(
    join(folder, "libvirtd.conf"),
    conf.map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join(""),
  );
  writeFileSync(join(folder, "sasl/libvirt.conf"), `mech_list: ${sasl.mechanisms}\nsasldb_path: ${folder}/passwd.db\n`);
  if (sasl.password)
    execFileSync("saslpasswd2", ["-p", "-c", "-f", join(folder, "passwd.db"), "-u", host, "fred"], {
      input: sasl.password,
    });
  execFileSync("chown", ["-R", String(visitor), folder]);

  const pid = join(folder, "pid");
  const files = ["--config", join(folder, "libvirtd.conf"), "--pid-file", pid];
  // It goes to the background when it listens.
  await on(host, ...asVisitor(homeIn(folder), "/usr/sbin/libvirtd", "-d", "--listen", ...files)).catch(() => {
    throw new Error(`libvirtd does not start: ${readFileSync(join(folder, "log"), "utf8")}`);
  });
  return {
    socket: join(folder, "run/libvirt/libvirt-sock"),
    stop: async () => {
      await end(host, readFileSync(pid, "utf8").trim());
      rmSync(folder, { recursive: true });
    },
  };
}

/** Ends a process of the host, and returns when it is gone. */
export async function end(host: string, pid: string): Promise<void> {
  await on(host, "kill", pid);
  await on(host, "timeout", "20", "tail", `--pid=${pid}`, "-s", "0.02", "-f", "/dev/null");
}
