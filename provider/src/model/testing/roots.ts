/** The documents of libvirt, each with its schema and what declares it; one a line. */
import type { Element, Shape } from "../../vocabulary";
import { Domain, Network, Pool, Volume } from "..";
import { Backup } from "../backup";
import { Checkpoint } from "../checkpoint";
import { DomainCapabilities } from "../domainCapabilities";
import { HostCapabilities } from "../hostCapabilities";
import { HostInterface } from "../hostInterface";
import { NetworkPort } from "../networkPort";
import { NodeDevice } from "../nodeDevice";
import { NwFilter } from "../nwfilter";
import { NwFilterBinding } from "../nwfilterBinding";
import { PoolCapabilities } from "../poolCapabilities";
import { Secret } from "../secret";
import { Snapshot } from "../snapshot";

export interface Root {
  readonly schema: string;
  /** Nothing declares it yet where it is left out. */
  readonly of?: Element<Shape>;
  /** Of the schema's pairs and words, how many percent are declared at least. It only rises. */
  readonly least: number;
}

export const roots: Readonly<Record<string, Root>> = {
  domain: { schema: "domain.rng", of: Domain, least: 99.5 },
  network: { schema: "network.rng", of: Network, least: 99.5 },
  storagepool: { schema: "storagepool.rng", of: Pool, least: 99.5 },
  storagevol: { schema: "storagevol.rng", of: Volume, least: 99.5 },
  secret: { schema: "secret.rng", of: Secret, least: 99.5 },
  nwfilter: { schema: "nwfilter.rng", of: NwFilter, least: 99.5 },
  nwfilterbinding: { schema: "nwfilterbinding.rng", of: NwFilterBinding, least: 99.5 },
  nodedev: { schema: "nodedev.rng", of: NodeDevice, least: 99.5 },
  interface: { schema: "interface.rng", of: HostInterface, least: 99.5 },
  networkport: { schema: "networkport.rng", of: NetworkPort, least: 99.5 },
  domainsnapshot: { schema: "domainsnapshot.rng", of: Snapshot, least: 99.5 },
  domaincheckpoint: { schema: "domaincheckpoint.rng", of: Checkpoint, least: 99.5 },
  domainbackup: { schema: "domainbackup.rng", of: Backup, least: 99.5 },
  capability: { schema: "capability.rng", of: HostCapabilities, least: 99.5 },
  domaincaps: { schema: "domaincaps.rng", of: DomainCapabilities, least: 99.5 },
  storagepoolcaps: { schema: "storagepoolcaps.rng", of: PoolCapabilities, least: 99.5 },
};
