/** From a login to the daemon of the host: the ways there, in the order in which they are tried. */

import { Failure } from "../../failure";
import type { Session } from "../session";
import { SYSTEM_FOLDER, sockets } from "../sockets";
import { noSocket } from "../unix";
import type { Address } from "../uri";
import type { Login } from "./login";

export function through(login: Login, address: Address): Session {
  /** The socket that answered last time. */
  let proven: string | undefined;
  return {
    get alive() {
      return login.alive;
    },
    open: async () => {
      const places = proven === undefined ? sockets(address, SYSTEM_FOLDER) : [proven];
      for (const path of places) {
        const channel = (await login.forward?.(path)) ?? new Error("this client forwards no sockets");
        if (channel instanceof Error) {
          if (!login.alive) throw new Failure("connection", "the ssh session ended", { cause: channel });
          continue;
        }
        proven = path;
        return channel;
      }
      proven = undefined;
      throw await diagnosis(login, places, address.host);
    },
    run: login.run,
    close: login.close,
  };
}

/** sshd only says "open failed": looks at the host why. */
async function diagnosis({ run, username }: Login, places: readonly string[], host: string): Promise<Failure> {
  const holds = async (condition: string, path: string) => (await run(["test", condition, path])).code === 0;
  const answers: { path: string; code: string }[] = [];
  for (const path of places) {
    const code = !(await holds("-S", path)) ? "ENOENT" : (await holds("-w", path)) ? "ECONNREFUSED" : "EACCES";
    answers.push({ path, code });
  }
  const failure = noSocket(answers, host);
  return failure.code === "denied"
    ? new Failure("denied", `${failure.problem} to user ${username}`, failure.circumstances)
    : failure;
}
