/** What every resource needs beside its request. */
import type { Hosts } from "../host/host";

export interface Context {
  hosts(): Hosts;
  /** The random mark of this provider's state: only objects that carry it are ours to adopt. */
  owner(): string;
  /** What this preview is going to make: `pool backups`. Whoever needs it need not warn that it is not there. */
  readonly planned: Set<string>;
}
