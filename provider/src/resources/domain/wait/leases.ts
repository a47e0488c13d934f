/**
 * Leases of a machine that was started just now. Its MACs may be those of a machine that was deleted an hour ago, or of its own life
 * before the restart: dnsmasq still lists what was leased then. A lease is of this life once its expiry has moved.
 */
import type { Host, Limits } from "../../../host/host";
import { resources } from "../../../model";
import { read } from "../../../vocabulary";
import { parse } from "../../../xml";
import type { Answer } from "./addresses";
import { type Machine, objectOf } from "./sources";

export interface Leases {
  ask(): Promise<Answer>;
  /** Whether this address is known only from before. */
  stale(address: string): boolean;
}
interface Lease {
  readonly mac: string;
  readonly address: string;
  readonly expires: bigint;
}

export function leasesSince(host: Host, machine: Machine, limits: Limits): Leases {
  let nets: Promise<Map<string, string>> | undefined;
  let before: ReadonlySet<string> | undefined;
  let stale: ReadonlySet<string> = new Set();

  const leases = async (): Promise<Lease[]> => {
    nets ??= networks(host, machine, limits).catch((thrown) => {
      nets = undefined;
      throw thrown;
    });
    const each = [...(await nets)].map(async ([mac, uuid]) => {
      const { leases } = await host.call(
        "networkGetDhcpLeases",
        { net: { uuid }, mac },
        { object: objectOf(machine), ...limits },
      );
      return leases.map(({ ipaddr, expirytime }): Lease => ({ mac, address: ipaddr, expires: expirytime }));
    });
    return (await Promise.all(each)).flat();
  };
  return {
    stale: (address) => stale.has(address),
    async ask() {
      const { fresh, old, known } = sorted(await leases(), before);
      before ??= known;
      stale = new Set(old.map(({ address }) => address));
      return fresh.length === 0 && old.length > 0 ? { silent: "only of before this start" } : { found: fresh };
    },
  };
}

/** What was leased since `before` was all there was; at the first look nothing was. A lease without end never moves: it counts. */
export function sorted(
  leases: readonly Lease[],
  before: ReadonlySet<string> | undefined,
): { fresh: Lease[]; old: Lease[]; known: ReadonlySet<string> } {
  const key = ({ mac, address, expires }: Lease): string => `${mac} ${address} ${expires}`;
  const known = new Set(leases.filter(({ expires }) => expires !== 0n).map(key));
  const isOld = (lease: Lease): boolean => (before ?? known).has(key(lease));
  return { fresh: leases.filter((lease) => !isOld(lease)), old: leases.filter(isOld), known };
}

/** UUIDs of the networks at which the cards are, by MAC; a card elsewhere gets no lease that libvirt knows of. */
async function networks(host: Host, machine: Machine, limits: Limits): Promise<Map<string, string>> {
  const about = { object: objectOf(machine), ...limits };
  const { xml } = await host.call("domainGetXmlDesc", { dom: { uuid: machine.uuid } }, about);
  const { interfaces = [] } = read(resources.Domain.inputs, parse(xml));
  const found = new Map<string, string>();
  for (const { mac, source } of interfaces)
    if (mac !== undefined && source?.network !== undefined) {
      const { net } = await host.call("networkLookupByName", { name: source.network }, about);
      found.set(mac, net.uuid);
    }
  return found;
}
