/**
 * Every kind of document of libvirt's, by the name of its root element. Most are no resources of Pulumi's: only what turns any XML
 * into properties and back loads this file.
 */
import type { Element, Shape } from "../vocabulary";
import { Backup } from "./backup";
import { Checkpoint } from "./checkpoint";
import { Domain } from "./domain";
import { DomainCapabilities } from "./domainCapabilities";
import { HostCapabilities } from "./hostCapabilities";
import { HostInterface } from "./hostInterface";
import { Network } from "./network";
import { NetworkPort } from "./networkPort";
import { NodeDevice } from "./nodeDevice";
import { NwFilter } from "./nwfilter";
import { NwFilterBinding } from "./nwfilterBinding";
import { Pool } from "./pool";
import { PoolCapabilities } from "./poolCapabilities";
import { Secret } from "./secret";
import { Snapshot } from "./snapshot";
import { Volume } from "./volume";

const all: readonly Element<Shape>[] = [
  ...[Domain, Snapshot, Checkpoint, Backup, Network, NetworkPort, NwFilter, NwFilterBinding, Pool, Volume, Secret],
  ...[NodeDevice, HostInterface, HostCapabilities, DomainCapabilities, PoolCapabilities],
];
export const kinds: Readonly<Record<string, Element<Shape>>> = Object.fromEntries(all.map((kind) => [kind.name, kind]));
