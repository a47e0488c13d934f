/**
 * Every kind of document of libvirt's, by the name of its root element. Most are no resources of Pulumi's: only what turns any XML
 * into properties and back loads this file.
 */
import type { Element, Shape } from "../vocabulary";
import { Domain } from "./domain";
import { Network } from "./network";
import { NetworkPort } from "./networkPort";
import { NwFilter } from "./nwfilter";
import { NwFilterBinding } from "./nwfilterBinding";
import { Pool } from "./pool";
import { Secret } from "./secret";
import { Volume } from "./volume";

export const kinds: Readonly<Record<string, Element<Shape>>> = Object.fromEntries(
  [Domain, Network, NetworkPort, NwFilter, NwFilterBinding, Pool, Secret, Volume].map((kind: Element<Shape>) => [
    kind.name,
    kind,
  ]),
);
