/** What libvirt's schemas and the model differ in, with the reason. A test fails where an entry is needed no more. */
export interface Excuses {
  /** Of the schema, by path; what is below it is meant too. */
  readonly missing?: Readonly<Record<string, string>>;
  /** Of the model, by path. */
  readonly strangers?: Readonly<Record<string, string>>;
}

const notes = "only in libvirt's own notes on running domains";
const missing = {
  "domain/devices/disk/privateData": notes,
  "domain/os/nvram/source/privateData": notes,
  "domain/devices/hostdev/source/adapter/parentaddr": "of a pool's adapter; the domain's driver does not look at it",
};
const virtuozzo = {
  "domain/devices/filesystem/@type=volume": "Virtuozzo's driver reads it",
  "domain/devices/filesystem/source/@pool": "Virtuozzo's driver reads it",
  "domain/devices/filesystem/source/@volume": "Virtuozzo's driver reads it",
  "domain/devices/input/@bus=parallels": "Virtuozzo's driver reads it",
  "domain/devices/video/model/@type=parallels": "Virtuozzo's driver reads it",
};
/** What the domain's schema lacks it lacks inside others too. */
const embedded = (root: string, by: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(by).map(([path, why]) => [`${root}/${path}`, why]));
const tracked = "the daemon looks at it over IPv6 as it does over IPv4";

export const excuses: Readonly<Record<string, Excuses>> = {
  domain: {
    missing,
    strangers: virtuozzo,
  },
  domainsnapshot: {
    missing: {
      ...embedded("domainsnapshot", missing),
      "domainsnapshot/disks/disk/source/privateData": notes,
      "domainsnapshot/disks/disk/source/dataStore/source/privateData": notes,
    },
    strangers: embedded("domainsnapshot", virtuozzo),
  },
  domaincheckpoint: {
    missing: embedded("domaincheckpoint", missing),
    strangers: embedded("domaincheckpoint", virtuozzo),
  },
  nwfilter: {
    strangers: {
      "filter/rule/tcp-ipv6/@connlimit-above": tracked,
      "filter/rule/tcp-ipv6/@state": tracked,
      "filter/rule/tcp-ipv6/@ipset": tracked,
      "filter/rule/tcp-ipv6/@ipsetflags": tracked,
    },
  },
  storagevol: { strangers: { "volume/@type=ploop": "libvirt writes it for Virtuozzo's volumes" } },
};
