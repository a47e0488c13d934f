/** Commands on the host. */
import { asFailure, Failure } from "../failure";
import type { Host, Ran } from "./host";
import type { Lines } from "./lines";

/** Runs a command; where the session was gone before it could be started, once more on the next. */
export async function running(way: Lines, ...[command, options = {}]: Parameters<Host["run"]>): Promise<Ran> {
  const session = await way.session(options);
  const run = async ({ run }: typeof session) => {
    if (!run)
      throw new Failure("unsupported", "commands cannot be run on a host that is reached this way", {
        remedy: "Use a `+ssh` URI",
      });
    return run(command, options);
  };
  return run(session).catch(async (thrown) => {
    if (asFailure(thrown).code !== "connection" || session.alive) throw thrown;
    return run(await way.session(options));
  });
}
