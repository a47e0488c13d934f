/** A host over ssh: who logs in and how (`login`), then how the daemon is reached from there (`ways`). */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { Failure } from "../../failure";
import type { Limits, Session } from "../session";
import type { Address } from "../uri";
import { builtin } from "./builtin";
import { crowd } from "./crowd";
import type { Login } from "./login";
import type { SshOptions } from "./options";
import { prepare } from "./prepare";
import { system } from "./system";
import { through } from "./ways";

export type { SshOptions } from "./options";

export async function ssh(
  address: Address,
  options: SshOptions,
  readonly: boolean | undefined,
  limits: Limits,
): Promise<Session> {
  return through(await loggedIn(address, options, limits), address, { readonly, sudo: options.sudo });
}

async function loggedIn(address: Address, options: SshOptions, limits: Limits): Promise<Login> {
  const named = address.parameters.command ?? (options.client === "system" ? "ssh" : undefined);
  if (named !== undefined) return system(address, options, named);
  // Its own chunk: a provider that only answers questions never loads it.
  const ssh2 = (await import("ssh2")).default;
  const prepared = await prepare(address, options, ssh2, limits);
  if (prepared.beyond === undefined)
    return crowd(await builtin(prepared, limits, ssh2), () => builtin(prepared, {}, ssh2));
  if (options.client !== "builtin" && isInstalled("ssh")) return system(address, options, "ssh");
  throw new Failure("unsupported", `the built-in ssh client does not do what is asked of it: ${prepared.beyond}`, {
    remedy: "Install OpenSSH's `ssh` on this machine, which is used then, or leave it out for this host",
  });
}

const isInstalled = (program: string): boolean =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
