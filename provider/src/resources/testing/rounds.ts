/** A host far away: how often somebody waits for it in sequence is what its distance costs. */
import type { Host } from "../../host/host";

export interface Rounds {
  readonly host: Host;
  /** What was asked together, one list for each time that somebody had to wait for answers. */
  readonly rounds: readonly (readonly string[])[];
}

/** All that is asked before the first answer is needed goes and comes back as one; what a connection remembers is asked once. */
export function inRounds(near: Host): Rounds {
  const rounds: string[][] = [];
  let waiting: (() => void)[] | undefined;
  const trip = (what: string): Promise<void> =>
    new Promise((resolve) => {
      if (!waiting) {
        const those: (() => void)[] = [];
        waiting = those;
        rounds.push([]);
        setImmediate(() => {
          waiting = undefined;
          for (const answer of those) answer();
        });
      }
      rounds.at(-1)?.push(what);
      waiting.push(resolve);
    });
  const once = <T>(what: string, ask: () => Promise<T>): (() => Promise<T>) => {
    let known: Promise<T> | undefined;
    return () => {
      known ??= trip(what).then(ask);
      return known;
    };
  };
  const host: Host = {
    ...near,
    call: (procedure, args, about) => trip(procedure).then(() => near.call(procedure, args, about)),
    upload: (procedure, ...rest) => trip(procedure).then(() => near.upload(procedure, ...rest)),
    anticipate: () => undefined,
    identity: once("identity", () => near.identity()),
    capabilities: once("capabilities", () => near.capabilities()),
  };
  return { host, rounds };
}
