/** A host over ssh: who logs in and how (`login`), then how the daemon is reached from there (`ways`). */
import { Failure } from "../../failure";
import type { Limits, Session } from "../session";
import type { Address } from "../uri";
import { builtin } from "./builtin";
import type { SshOptions } from "./options";
import { prepare } from "./prepare";
import { through } from "./ways";

export type { SshOptions } from "./options";

export async function ssh(address: Address, options: SshOptions, limits: Limits): Promise<Session> {
  // Its own chunk: a provider that only answers questions never loads it.
  const ssh2 = (await import("ssh2")).default;
  const prepared = await prepare(address, options, ssh2);
  if (prepared.beyond !== undefined)
    throw new Failure("unsupported", `the built-in ssh client does not do what is asked of it: ${prepared.beyond}`, {
      remedy: "Leave it out for this host, or read no ssh configuration with `ssh: { configFile: none }`",
    });
  return through(await builtin(prepared, limits, ssh2), address);
}
