/** Doing again, on the next connection, what the end of one left undone. */
import { asFailure } from "../failure";
import { type Connection, remoteErrorOf } from "../libvirt";
import type { Limits } from "./host";
import type { Line } from "./lines";

/** A daemon that ends may take a connection with it more than once; one that a question ends must not be asked for ever. */
const AGAIN = 3;

/** Does `work` on the line's connection. What `reads` is done again where the connection breaks under it; what changes something, where it was not sent. */
export async function persist<T>(
  line: Line,
  limits: Limits,
  reads: boolean,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  for (let left = AGAIN; ; left--) {
    const connection = await line.get(limits);
    try {
      return await work(connection);
    } catch (thrown) {
      const { code } = asFailure(thrown);
      const undone = code === "connection" || (code === "lost" && reads);
      if (left === 0 || !undone || remoteErrorOf(thrown)) throw thrown;
    }
  }
}
