/** Ways to a host: a URI becomes a session, a session gives byte streams to the daemon and runs commands. */
import { Failure } from "../failure";
import type { Limits, Session } from "./session";
import { type SshOptions, ssh } from "./ssh";
import { unix } from "./unix";
import type { Address } from "./uri";

export type { Session } from "./session";
export type { SshOptions } from "./ssh";
export { type Address, parseUri } from "./uri";

/** Opens the way. For `unix` that is nothing yet; for ssh the user is logged in. */
export async function dial(address: Address, options: SshOptions, limits: Limits): Promise<Session> {
  switch (address.transport) {
    case "unix":
      return unix(address);
    case "ssh":
      if (address.path === "/session")
        throw new Failure("unsupported", "a session daemon is not reached over ssh yet", {
          remedy: "Use `/system` in the URI",
        });
      if (address.parameters.command !== undefined)
        throw new Failure("unsupported", "`command=` in the URI names a program, but ssh is spoken without one here", {
          remedy: "Leave it out; what it does for the login belongs into the provider's `ssh` options",
        });
      return ssh(address, options, limits);
    default:
      throw new Failure("unsupported", `\`${address.transport}\` is not spoken yet`, {
        remedy: `Use \`${address.driver}+ssh://…\``,
      });
  }
}
