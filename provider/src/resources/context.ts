/** What every resource needs beside its request. */
import type { Hosts } from "../host/host";
import type { Replacements } from "./owner";

export interface Context {
  hosts(): Hosts;
  /** The random mark of this provider's state: only objects that carry it are ours to adopt. */
  owner(): string;
  /** What this preview is going to make: `pool backups`. Whoever needs it need not warn that it is not there. */
  readonly planned: Set<string>;
  /**
   * What this process found to be its own and took over: host, and `pool UUID`. Where the engine replaces on demand (`--replace`, a taint) it tells us
   * only of a new object and then of the old one's end, and both are the same one: it must not go.
   */
  readonly adopted: Set<string>;
  /** What Check saw of the objects that are being replaced. */
  readonly replacements: Replacements;
}
