/** NICs of running domains that hang on a network: a restarted network has a new bridge, and libvirt leaves them hanging. */
import { asFailure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import type { Run } from "../../plugin/resource";
import { type Node, node, parse, print } from "../../xml";
import { markOf } from "../domain/mark";
import { maybe } from "../maybe";
import { isUnanswered } from "../unanswered";

export interface Plugged {
  readonly domain: { readonly name: string; readonly uuid: string; readonly id: number };
  /** Its `<interface>`, as the running domain has it. */
  readonly nic: Node;
  /** Whose machine it is, where one of us made it. */
  readonly owner: string | undefined;
}

/** `virConnectListAllDomainsFlags`: the running ones. */
const running = 1;
/** `virConnectListAllNetworksFlags`. */
const transient = 8;
/** `virDomainModificationImpact`. */
const live = 1;

/** The NICs on a network, and those that a restart of it left in its shelter. */
export async function plugged(host: Host, network: string, limits: Limits): Promise<Plugged[]> {
  const { domains } = await host.call("connectListAllDomains", { flags: running }, limits);
  const found = await Promise.all(
    domains.map(async (domain) => {
      const about = { object: `domain ${domain.name}`, ...limits };
      // It may stop between the list and the look.
      const got = await maybe(host.call("domainGetXmlDesc", { dom: domain }, about));
      if (!got) return [];
      const today = parse(got.xml);
      const nics = [network, shelterOf(network)].flatMap((one) => nicsOn(today, one));
      return nics.map((nic) => ({ domain, nic, owner: markOf(today)?.owner }));
    }),
  );
  return found.flat();
}

export const nicsOn = (domain: Node, network: string): Node[] =>
  domain.children
    .filter(({ name }) => name === "devices")
    .flatMap(({ children }) => children)
    .filter(({ name, attrs }) => name === "interface" && attrs["type"] === "network")
    .filter((nic) => isOn(nic, network));
const isOn = (nic: Node, network: string): boolean =>
  nic.children.some(({ name, attrs }) => name === "source" && attrs["network"] === network);

/** The same NIC on another network; port and bridge are libvirt's to find. */
export const moved = (nic: Node, network: string): Node => ({
  ...nic,
  children: nic.children.map((child) => {
    if (child.name !== "source") return child;
    const { portid: _, bridge: __, ...attrs } = child.attrs;
    return node("source", { ...attrs, network }, child.children);
  }),
});

/** On which NICs are while their own network is restarted. As long as it is there that has not ended: its maker may have been killed. */
export const shelterOf = (network: string): string => `kvm-replug-${network}`;

export async function hasShelter(host: Host, network: string, limits: Limits): Promise<boolean> {
  const { nets } = await host.call("connectListAllNetworks", { flags: transient }, limits);
  return nets.some(({ name }) => name === shelterOf(network));
}

/** Does what may part NICs from the network beside its shelter; where no answer came the shelter stays, and tells the next run of it. */
export async function sheltered(
  host: Host,
  network: string,
  limits: Limits,
  work: (nics: readonly Plugged[]) => Promise<void>,
): Promise<void> {
  const nics = await plugged(host, network, limits);
  const name = shelterOf(network);
  if (!(await hasShelter(host, network, limits))) {
    const xml = print(node("network", {}, [node("name", {}, [], name)]));
    await host.call("networkCreateXml", { xml }, { object: `network ${name}`, ...limits });
  }
  await work(nics).catch(async (error: unknown) => {
    if (!isUnanswered(error)) await endShelter(host, network).catch(() => undefined);
    throw error;
  });
  await endShelter(host, network);
}
export async function endShelter(host: Host, network: string): Promise<void> {
  const about = { object: `network ${shelterOf(network)}` };
  const found = await maybe(host.call("networkLookupByName", { name: shelterOf(network) }, about));
  if (found) await maybe(host.call("networkDestroy", found, about));
}

/**
 * An update to the network it is on changes nothing for libvirt, so each NIC goes to the shelter and comes back. The guest
 * sees no unplugging.
 */
export async function replug(run: Run, host: Host, network: string, nics: readonly Plugged[]): Promise<void> {
  const shelter = shelterOf(network);
  for (const { domain, nic } of nics) {
    const to = (where: string): Promise<unknown> =>
      host.call(
        "domainUpdateDeviceFlags",
        { dom: domain, xml: print(moved(nic, where)), flags: live },
        { object: `domain ${domain.name}` },
      );
    await (isOn(nic, shelter) ? to(network) : to(shelter).then(() => to(network))).catch((error: unknown) => {
      if (isUnanswered(error)) throw error;
      run.log.warn(notPlugged(domain.name, network, host.name, error));
    });
  }
}
const notPlugged = (domain: string, network: string, host: string, error: unknown): string =>
  `domain ${domain} on host ${host}: its NIC could not be plugged into the restarted network ${network}: ${asFailure(error).problem}. Restart the domain to give it its network back`;
