/** The documents of libvirt, each with its schema and what declares it; one a line. */
import type { Element, Shape } from "../../vocabulary";
import { Domain, Network, Pool, Volume } from "..";

export interface Root {
  readonly schema: string;
  /** Nothing declares it yet where it is left out. */
  readonly of?: Element<Shape>;
  /** Of the schema's pairs and words, how many percent are declared at least. It only rises. */
  readonly least: number;
}

export const roots: Readonly<Record<string, Root>> = {
  domain: { schema: "domain.rng", of: Domain, least: 99.5 },
  network: { schema: "network.rng", of: Network, least: 97 },
  storagepool: { schema: "storagepool.rng", of: Pool, least: 62 },
  storagevol: { schema: "storagevol.rng", of: Volume, least: 57 },
  secret: { schema: "secret.rng", least: 0 },
  nwfilter: { schema: "nwfilter.rng", least: 0 },
  nwfilterbinding: { schema: "nwfilterbinding.rng", least: 0 },
  nodedev: { schema: "nodedev.rng", least: 0 },
  interface: { schema: "interface.rng", least: 0 },
  networkport: { schema: "networkport.rng", least: 0 },
  domainsnapshot: { schema: "domainsnapshot.rng", least: 0 },
  domaincheckpoint: { schema: "domaincheckpoint.rng", least: 0 },
  domainbackup: { schema: "domainbackup.rng", least: 0 },
  capability: { schema: "capability.rng", least: 0 },
  domaincaps: { schema: "domaincaps.rng", least: 0 },
  storagepoolcaps: { schema: "storagepoolcaps.rng", least: 0 },
};
