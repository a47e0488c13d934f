/** What libvirt's objects are, and what Pulumi's users see of them: declarations only. */
import type { Element, Shape } from "../vocabulary";
import { Domain } from "./domain";
import { Network } from "./network";
import { NwFilter } from "./nwfilter";
import * as out from "./outputs";
import { Pool } from "./pool";
import { Secret } from "./secret";
import { Volume } from "./volume";

export { Disk } from "./disk";
export { Domain } from "./domain";
export { Graphics } from "./graphics";
export { type Guest, guestOf, guests, osinfoMetadata, osinfoNamespace } from "./guests";
export { Interface } from "./interface";
export { CloudInit, Shutdown, WaitFor } from "./lifecycle";
export { canonicalUuid, isUuid, ownNamespace } from "./names";
export { Network } from "./network";
export { Pool } from "./pool";
export { configuration } from "./provider";
export { Volume } from "./volume";

/** A resource as Pulumi's users see it; its schema follows from this. */
export interface Resource<I extends Shape, O extends Shape> {
  readonly token: string;
  readonly doc: string;
  readonly inputs: Element<I>;
  readonly outputs: Element<O>;
  /** Inputs without which there is nothing to check. */
  readonly required: readonly string[];
  /** A program in YAML: the resources of it. */
  readonly example: string;
}
/** A function as Pulumi's users see it. */
export interface Function<A extends Shape, R extends Shape> {
  readonly token: string;
  readonly doc: string;
  readonly inputs: Element<A>;
  readonly outputs: Element<R>;
}
const resource = <I extends Shape, O extends Shape>(
  token: string,
  doc: string,
  inputs: Element<I>,
  outputs: Element<O>,
  example: string,
): Resource<I, O> => ({
  token: `kvm:index:${token}`,
  doc,
  inputs,
  outputs,
  required: Object.keys(inputs.shape).filter((key) => inputs.shape[key]?.facts.required),
  example,
});

export const resources = {
  Domain: resource(
    "Domain",
    "A virtual machine. It changes in place: only another name or UUID replaces it.",
    Domain,
    out.DomainOutputs,
    `web:
  type: kvm:Domain
  properties:
    memory: 2GiB
    vcpus: 2
    disks: [{ volume: "\${root.id}" }]
    interfaces: [{ network: default }]
    cloudInit: { userData: "#cloud-config\\npackages: [nginx]\\n" }
    waitFor: { address: any, cloudInit: true }
`,
  ),
  Volume: resource(
    "Volume",
    "A volume: a disk image in a pool. It grows in place; a replacement that would lose its data is an error unless `replaceData`.",
    Volume,
    out.VolumeOutputs,
    `root:
  type: kvm:Volume
  properties: { pool: default, capacity: 20GiB, backing: { volume: "\${image.id}" } }
`,
  ),
  Pool: resource(
    "Pool",
    "A pool: where volumes are kept.",
    Pool,
    out.PoolOutputs,
    `images:
  type: kvm:Pool
  properties: { type: dir, path: /var/lib/libvirt/more-images }
`,
  ),
  Network: resource(
    "Network",
    "A virtual network of a host, with DHCP and DNS. DHCP hosts and DNS entries change without touching the guests.",
    Network,
    out.NetworkOutputs,
    `lan:
  type: kvm:Network
  properties:
    forward: { mode: nat }
    ips:
      - address: 192.168.100.1
        prefix: 24
        dhcp: { ranges: [{ start: 192.168.100.100, end: 192.168.100.199 }] }
`,
  ),
  NwFilter: resource(
    "NwFilter",
    "A network filter: rules that the packets of domains' cards pass. It changes in place, and at once for guests that run.",
    NwFilter,
    out.NwFilterOutputs,
    `web:
  type: kvm:NwFilter
  properties:
    entries:
      - filterref: { filter: clean-traffic }
      - rule: { action: accept, direction: in, tcp: { dstportstart: "443" } }
      - rule: { action: drop, direction: in, priority: 1000, all: {} }
`,
  ),
  Secret: resource(
    "Secret",
    "A secret that libvirt keeps on a host, for encrypted volumes, storage servers, TLS keys and emulated TPMs. Its value changes in place.",
    Secret,
    out.SecretOutputs,
    `passphrase:
  type: kvm:Secret
  properties:
    usage: { type: volume, volume: /var/lib/libvirt/images/root.qcow2 }
    value: "\${config.passphrase}"
`,
  ),
} as const;

export const functions = {
  getDomain: {
    token: "kvm:index:getDomain",
    doc: "A domain that something else made, by name or UUID.",
    inputs: out.GetDomainArgs,
    outputs: out.GetDomainResult,
  },
  getHost: {
    token: "kvm:index:getHost",
    doc: "A host: what it is, what it has and what is free.",
    inputs: out.GetHostArgs,
    outputs: out.GetHostResult,
  },
} as const satisfies Record<string, Function<Shape, Shape>>;
