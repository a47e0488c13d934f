/** All that a login needs, before anybody is connected to: wrong words are found here. */
import { Failure } from "../../failure";
import type { Limits } from "../session";
import type { Address } from "../uri";
import { type Destination, destination, hopsTo } from "./destination";
import { type HostKeys, hostKeys } from "./hostKey";
import { type Identities, identities } from "./identities";
import type { SshOptions } from "./options";
import { unsayable } from "./systemArguments";

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

export const prepare = async (
  address: Address,
  options: SshOptions,
  ssh2: Ssh2,
  limits: Limits = {},
): Promise<Prepared> => prepared(await destination(address, options, limits), ssh2, limits, []);

/** `before` are the hosts on whose behalf this one is to be reached. */
async function prepared(
  to: Destination,
  ssh2: Ssh2,
  limits: Limits,
  before: readonly Destination[],
  first = true,
): Promise<Prepared> {
  const chain = [...before, to];
  if (before.some((other) => isSame(other, to))) throw circle(chain);
  // A hop's own hops are those of its files only where it is the first: the others are reached through the one before.
  const hops = first ? await hopsTo(to, limits) : [];
  const [who, keys, through] = await Promise.all([
    identities(to, ssh2, limits),
    hostKeys(to),
    Promise.all(hops.map((hop, at) => prepared(hop, ssh2, limits, chain, at === 0))),
  ]);
  return {
    to,
    who,
    keys,
    hops: through,
    beyond: beyondOf(to, who, keys) ?? preferredOf(who, chain[0] ?? to) ?? through.find(({ beyond }) => beyond)?.beyond,
  };
}

const isSame = ({ settings: { meaning: one } }: Destination, { settings: { meaning: other } }: Destination): boolean =>
  one.host === other.host && one.port === other.port && one.user === other.user;

const circle = (chain: readonly Destination[]): Failure =>
  new Failure("invalid", `ProxyJump leads in a circle: ${chain.map(({ label }) => label).join(", then through ")}`, {
    remedy: "Set `ProxyJump none` for the first host to go through, or leave it out of the pattern that says it",
  });

const beyondOf = (to: Destination, who: Identities, keys: HostKeys): string | undefined =>
  to.settings.beyond[0] ?? who.beyond ?? keys.beyond;

/** Where the user wants the built-in client, or the system's could not be told all, the keys have to do. */
const preferredOf = ({ preferred }: Identities, { options }: Destination): string | undefined =>
  options.client !== "builtin" && unsayable(options) === undefined ? preferred : undefined;
