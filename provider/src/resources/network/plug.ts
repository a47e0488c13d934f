/** NICs of running domains that hang on a network: a restarted network has a new bridge, and libvirt leaves them hanging. */
import { randomBytes } from "node:crypto";
import { asFailure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import type { Run } from "../../plugin/resource";
import { type Node, node, parse, print } from "../../xml";
import { markOf } from "../domain/mark";

export interface Plugged {
  readonly domain: { readonly name: string; readonly uuid: string; readonly id: number };
  /** Its `<interface>`, as the running domain has it. */
  readonly nic: Node;
  /** Whose machine it is, where one of us made it. */
  readonly owner: string | undefined;
}

/** `virConnectListAllDomainsFlags`: the running ones. */
const running = 1;
/** `virDomainModificationImpact`. */
const live = 1;

export async function plugged(host: Host, network: string, limits: Limits): Promise<Plugged[]> {
  const { domains } = await host.call("connectListAllDomains", { flags: running }, limits);
  const found = await Promise.all(
    domains.map(async (domain) => {
      const xml = await host
        .call("domainGetXmlDesc", { dom: domain }, { object: `domain ${domain.name}`, ...limits })
        .then((got) => got.xml, missing);
      if (xml === undefined) return [];
      const today = parse(xml);
      return nicsOn(today, network).map((nic) => ({ domain, nic, owner: markOf(today)?.owner }));
    }),
  );
  return found.flat();
}
/** It stopped between the list and the look. */
function missing(error: unknown): undefined {
  if (asFailure(error).code !== "missing") throw error;
}

export const nicsOn = (domain: Node, network: string): Node[] =>
  domain.children
    .filter(({ name }) => name === "devices")
    .flatMap(({ children }) => children)
    .filter(({ name, attrs }) => name === "interface" && attrs["type"] === "network")
    .filter((nic) => nic.children.some(({ name, attrs }) => name === "source" && attrs["network"] === network));

/** The same NIC on another network; port and bridge are libvirt's to find. */
export const moved = (nic: Node, network: string): Node => ({
  ...nic,
  children: nic.children.map((child) => {
    if (child.name !== "source") return child;
    const { portid: _, bridge: __, ...attrs } = child.attrs;
    return node("source", { ...attrs, network }, child.children);
  }),
});

/**
 * An update to the network it is on changes nothing for libvirt, so each NIC goes to a network that exists for this
 * moment and comes back. The guest sees no unplugging.
 */
export async function replug(run: Run, host: Host, network: string, nics: readonly Plugged[]): Promise<void> {
  if (nics.length === 0) return;
  const name = `kvm-replug-${randomBytes(3).toString("hex")}`;
  const xml = print(node("network", {}, [node("name", {}, [], name)]));
  const { net } = await host.call("networkCreateXml", { xml }, { object: `network ${name}` });
  try {
    for (const { domain, nic } of nics) {
      const to = (where: string): Promise<unknown> =>
        host.call(
          "domainUpdateDeviceFlags",
          { dom: domain, xml: print(moved(nic, where)), flags: live },
          { object: `domain ${domain.name}` },
        );
      await to(name)
        .then(() => to(network))
        .catch((error: unknown) => run.log.warn(notPlugged(domain.name, network, host.name, error)));
    }
  } finally {
    await host.call("networkDestroy", { net }, { object: `network ${name}` });
  }
}
const notPlugged = (domain: string, network: string, host: string, error: unknown): string =>
  `domain ${domain} on host ${host}: its NIC could not be plugged into the restarted network ${network}: ${asFailure(error).problem}. Restart the domain to give it its network back`;
