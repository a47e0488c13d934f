/** The kinds of objects by their root element. A new kind is one line here. */
import { resources } from "../../model";
import { check } from "../domain/check";
import { documentAlone } from "../domain/document";
import { birthDefaults as ofNetworks } from "../network/defaults";
import { faults as ofPool } from "../pool/check";
import { birthDefaults as ofPools } from "../pool/defaults";
import { faults as ofVolume } from "../volume/check";
import { type Kind, plain } from "./kind";

const { Domain, Network, NwFilter, Pool, Secret, Volume } = resources;

export const kinds: Readonly<Record<string, Kind>> = {
  domain: {
    token: Domain.token,
    declaration: Domain.inputs,
    // No default of ours is laid over what the XML says.
    beside: { preset: "none" },
    check,
    write: documentAlone,
  },
  network: plain(Network, { defaults: ofNetworks }),
  filter: plain(NwFilter),
  pool: plain(Pool, { defaults: ofPools, faults: ofPool }),
  secret: plain(Secret),
  volume: plain(Volume, { faults: ofVolume }, { pool: "default" }),
};
