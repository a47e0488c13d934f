/** Hypervisor hosts, as resources see them. */
import { asFailure, Failure } from "../failure";
import { parseUri } from "../transport";
import type { Host, Hosts } from "./host";
import { hypervisor } from "./hypervisor";
import type { Reach } from "./reach";

export type { Host, Hosts, Piece } from "./host";

/** How one host is reached. */
export interface HostSettings extends Reach {
  /** libvirt's own grammar: `qemu+ssh://root@host.example/system`. */
  readonly uri: string;
}

/**
 * The hosts of one provider, by the names that users give them; the key of one that has no name is empty.
 * Nothing is connected yet; a URI that is none is an error at once.
 */
export function openHosts(settings: Readonly<Record<string, HostSettings>>): Hosts {
  const hosts = new Map(
    Object.entries(settings).map(([key, { uri, ...reach }]) => [key, opened(key, uri, reach)] as const),
  );
  // The engine sends them in no order; messages and searches must not differ from run to run.
  const names = [...hosts.keys()].filter(Boolean).sort();
  return {
    names,
    get: (name) => {
      const host = name === undefined ? only(hosts) : hosts.get(name);
      if (host) return host;
      const there =
        names.length > 0
          ? `There are ${names.join(", ")}`
          : "The provider has one host, which has no name: leave `host` out";
      throw name === undefined
        ? new Failure("invalid", "the provider has several hosts and none was chosen", {
            remedy: `Set \`host\`. ${there}`,
          })
        : new Failure("invalid", `the provider has no host "${name}"`, { remedy: there });
    },
    close: async () => {
      await Promise.all([...hosts.values()].map((host) => host.close()));
    },
  };
}

/** What is wrong with a URI, as far as it is seen without connecting. */
export function uriFault(uri: string): string | undefined {
  try {
    parseUri(uri);
    return undefined;
  } catch (failure) {
    return asFailure(failure).message;
  }
}

const only = (hosts: ReadonlyMap<string, Host>): Host | undefined =>
  hosts.size === 1 ? [...hosts.values()][0] : undefined;

function opened(key: string, uri: string, reach: Reach): Host {
  try {
    const address = parseUri(uri);
    return hypervisor(key || address.label, address, reach);
  } catch (failure) {
    throw failure instanceof Failure ? failure.in(key ? { host: key } : {}) : failure;
  }
}
