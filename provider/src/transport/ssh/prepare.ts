/** All that a login needs, before anybody is connected to: wrong words are found here. */
import type { Address } from "../uri";
import { type Destination, destination, hopsTo } from "./destination";
import { type HostKeys, hostKeys } from "./hostKey";
import { type Identities, identities } from "./identities";
import type { SshOptions } from "./options";

/** One host to log in to, and those to go through first. */
export interface Prepared {
  readonly to: Destination;
  readonly who: Identities;
  readonly keys: HostKeys;
  readonly hops: readonly Prepared[];
  /** What is wanted and only OpenSSH itself can do; undefined where the built-in client will do. */
  readonly beyond: string | undefined;
}

type Ssh2 = typeof import("ssh2");

export const prepare = async (address: Address, options: SshOptions, ssh2: Ssh2): Promise<Prepared> =>
  prepared(await destination(address, options), ssh2, true);

/** A hop's own hops are those of its files only where it is the first: the others are reached through the one before. */
async function prepared(to: Destination, ssh2: Ssh2, first: boolean, depth = 0): Promise<Prepared> {
  const hops = first && depth < 8 ? await hopsTo(to) : [];
  const [who, keys, through] = await Promise.all([
    identities(to, ssh2),
    hostKeys(to),
    Promise.all(hops.map((hop, at) => prepared(hop, ssh2, at === 0, depth + 1))),
  ]);
  return {
    to,
    who,
    keys,
    hops: through,
    beyond: beyondOf(to, who, keys) ?? through.find(({ beyond }) => beyond)?.beyond,
  };
}

const beyondOf = (to: Destination, who: Identities, keys: HostKeys): string | undefined =>
  to.settings.beyond[0] ??
  who.beyond ??
  (keys.authority && `the host's certificate (@cert-authority in ${keys.authority.file} line ${keys.authority.line})`);
