/** What libvirt's schemas and the model differ in, with the reason. A test fails where an entry is needed no more. */
export interface Excuses {
  /** Of the schema, by path; what is below it is meant too. */
  readonly missing?: Readonly<Record<string, string>>;
  /** Of the model, by path. */
  readonly strangers?: Readonly<Record<string, string>>;
}

export const excuses: Readonly<Record<string, Excuses>> = {
  domain: {
    missing: {
      "domain/devices/disk/privateData": "only in libvirt's own notes on running domains",
      "domain/os/nvram/source/privateData": "only in libvirt's own notes on running domains",
      "domain/devices/hostdev/source/adapter/parentaddr":
        "of a pool's adapter; the domain's driver does not look at it",
    },
    strangers: {
      "domain/devices/filesystem/@type=volume": "Virtuozzo's driver reads it",
      "domain/devices/filesystem/source/@pool": "Virtuozzo's driver reads it",
      "domain/devices/filesystem/source/@volume": "Virtuozzo's driver reads it",
      "domain/devices/input/@bus=parallels": "Virtuozzo's driver reads it",
      "domain/devices/video/model/@type=parallels": "Virtuozzo's driver reads it",
    },
  },
  storagepool: { strangers: { "pool/refresh/volume/allocation": "an attribute there; to be read as one" } },
  storagevol: { strangers: { "volume/@type=ploop": "libvirt writes it for Virtuozzo's volumes" } },
};
