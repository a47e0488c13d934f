/** Where a disk's data are: shared by disks, backing stores, mirrors and the firmware's variables. */
import {
  attr,
  body,
  child,
  digits,
  type Element,
  element,
  inside,
  leaf,
  list,
  natural,
  nested,
  type Of,
  oneOf,
  type Shape,
  size,
  sole,
  text,
  textThat,
  variants,
  yesNo,
} from "../vocabulary";
import { DeviceLabel, DiskAuth, formats, PciAddress, Reconnect, SecretRef } from "./common";

/** Where the data of an image may be. */
export const kinds = oneOf("file", "block", "dir", "network", "volume", "nvme", "vhostuser", "vhostvdpa", "ctl");
export const kindsSince = { nvme: "6.0.0", vhostuser: "7.1.0", vhostvdpa: "9.8.0", ctl: "12.0.0" };

const Cipher = element("cipher", "How a new LUKS volume is encrypted.", {
  name: attr(text, "Such as `aes`."),
  size: attr(natural, "Bits of the key."),
  mode: attr(text, "Such as `xts`."),
  hash: attr(text, "Such as `sha256`."),
});
const Ivgen = element("ivgen", "How initialization vectors are made.", {
  name: attr(text, "Such as `plain64`."),
  hash: attr(text, "Such as `sha256`."),
});
export const Encryption = element("encryption", "How the image is encrypted.", {
  format: attr(oneOf("default", "qcow", "luks", "luks2", "luks-any"), "The format of encryption.", {
    wordsSince: { "luks-any": "9.3.0", luks2: "7.9.0" },
  }),
  engine: attr(oneOf("qemu", "librbd"), "Who encrypts.", { since: "7.9.0", filled: true }),
  secrets: list(child(SecretRef), [(s) => s.uuid, (s) => s.usage]),
  cipher: child(Cipher),
  ivgen: child(Ivgen),
});
const portText = textThat((value) => /^\d+$/.test(value) && Number(value) <= 65_535, "a port: a number up to 65535");
const StorageHost = element("host", "A server of the image.", {
  name: attr(text, "Its name or address."),
  port: attr(portText, "Its port."),
  transport: attr(oneOf("tcp", "rdma", "unix"), "How it is reached."),
  socket: attr(text, "A unix socket in the place of name and port."),
});
const Initiator = element("initiator", "Who we are to an iSCSI target.", { iqn: sole("name", text, "Our IQN.") });
const Slice = element("slice", "A part of the image.", {
  type: attr(oneOf("storage"), "Which part: the data."),
  offset: attr(digits, "The first byte."),
  size: attr(digits, "Bytes."),
});
const Reservations = element(
  "reservations",
  "SCSI persistent reservations, by a helper.",
  {
    managed: attr(yesNo, "Libvirt runs the helper."),
    migration: attr(yesNo, "The reservation follows a guest that migrates.", { since: "12.1.0" }),
    source: child(
      element(
        "source",
        "The helper's socket, where libvirt does not run it.",
        {
          type: attr(oneOf("unix"), "Kind of socket."),
          path: attr(text, "The socket's path."),
          mode: attr(oneOf("server", "client"), "Who listens: the helper does, so `client`."),
          reconnect: child(Reconnect),
        },
        { named: "ReservationsSource" },
      ),
    ),
  },
  { since: "4.4.0" },
);
const Ssl = element(
  "ssl",
  "How certificates are checked.",
  { verify: attr(yesNo, "Whether they are.") },
  { named: "SourceSsl", since: "6.2.0" },
);
const Cookie = element(
  "cookie",
  "A cookie for the web server.",
  {
    name: attr(text, "Its name."),
    value: body(text, "Its value.", { secret: true }),
  },
  { named: "SourceCookie" },
);
const Timeout = element(
  "timeout",
  "How long to wait for the server.",
  { seconds: attr(natural, "Seconds.") },
  { named: "SourceTimeout" },
);
const Identity = element(
  "identity",
  "Who we are to the server.",
  {
    user: attr(text, "User (NFS)."),
    group: attr(text, "Group (NFS)."),
    username: attr(text, "User (ssh).", { since: "9.8.0" }),
    keyfile: attr(text, "Path of the private key on the host (ssh).", { since: "9.8.0" }),
    agentsock: attr(text, "Path of the agent's socket on the host (ssh).", { since: "9.8.0" }),
  },
  { named: "SourceIdentity" },
);
const SourceReadahead = sole("size", digits, "Bytes to read ahead.", { since: "6.2.0" });
const MetadataCache = element(
  "metadata_cache",
  "Cache of the image's tables.",
  {
    maxSize: leaf(size("bytes"), "Its size at most.", { as: "max_size" }),
  },
  { named: "MetadataCache", since: "7.0.0" },
);

const sourceShape = {
  ...variants({
    file: {
      file: attr(text, "Path of the image on the host."),
      fdgroup: attr(text, "A group of passed file descriptors.", { since: "9.0.0" }),
    },
    block: { dev: attr(text, "Path of a block device on the host.") },
    dir: { dir: attr(text, "Directory on the host, shown as a FAT disk.") },
    volume: {
      pool: attr(text, "The pool."),
      volume: attr(text, "The volume in it."),
      mode: attr(oneOf("host", "direct"), "Through the host's iSCSI, or QEMU's own."),
    },
    network: {
      protocol: attr(
        oneOf(
          "nbd",
          "iscsi",
          "rbd",
          "sheepdog",
          "gluster",
          "http",
          "https",
          "ftp",
          "ftps",
          "tftp",
          "vxhs",
          "nfs",
          "ssh",
        ),
        "How the server speaks.",
        { wordsSince: { ssh: "9.8.0", nfs: "7.0.0", vxhs: "3.8.0" } },
      ),
      name: attr(text, "The image on the server."),
      tls: attr(yesNo, "Encrypt the way to it.", { since: "3.8.0" }),
      tlsHostname: attr(text, "The name that the server's certificate has.", { since: "8.2.0" }),
      query: attr(text, "What comes after the `?` of the URL.", { since: "6.2.0" }),
      hosts: list(child(StorageHost), [
        (h) => (h.name === undefined ? undefined : `${h.name}:${h.port}`),
        (h) => h.socket,
      ]),
      snapshot: sole("name", text, "A snapshot of the image."),
      config: sole("file", text, "Path of Ceph's configuration on the host."),
      initiator: child(Initiator, { since: "4.7.0" }),
      ssl: child(Ssl),
      readahead: SourceReadahead,
      timeout: child(Timeout, { since: "6.2.0" }),
      identity: child(Identity, { since: "7.0.0" }),
      knownHosts: sole("path", text, "Path of known hosts (ssh).", { since: "9.8.0" }),
    },
    nvme: {
      type: attr(oneOf("pci", "unix"), "How the device is reached."),
      managed: attr(yesNo, "Libvirt detaches it from the host.", { since: "6.0.0" }),
      namespace: attr(text, "The namespace.", { since: "6.0.0" }),
      address: child(PciAddress),
    },
    vhostuser: {
      type: attr(oneOf("pci", "unix"), "Kind of socket."),
      path: attr(text, "The socket's path."),
      reconnect: child(Reconnect),
    },
    vhostvdpa: { dev: attr(text, "Path of the vDPA device.") },
    ctl: { dev: attr(text, "Path of a CTL device of FreeBSD.") },
  }),
  startupPolicy: attr(oneOf("mandatory", "requisite", "optional"), "What a missing image means for a start."),
  index: attr(text, "Libvirt's own number of the image.", { reported: true, since: "4.7.0" }),
  auth: child(DiskAuth, { since: "3.9.0" }),
  encryption: child(Encryption, { since: "3.9.0" }),
  reservations: child(Reservations),
  ...inside("slices", { slices: list(child(Slice, { since: "6.1.0" }), (s) => s.type) }),
  ...inside("cookies", { cookies: list(child(Cookie, { since: "6.2.0" }), (c) => c.name) }),
  seclabels: list(child(DeviceLabel), (l) => l.model),
};
const Format = element(
  "format",
  "The image's format.",
  { type: attr(formats, "`raw`, `qcow2`, …"), metadataCache: child(MetadataCache) },
  { named: "BackingFormat" },
);
/** TypeScript infers no type from itself: sources and what is in them are named by hand. */
interface SourceValue extends Of<Element<typeof sourceShape>> {
  dataStore?: DataStoreValue;
}
interface DataStoreValue {
  type?: Of<Element<{ type: typeof storeType }>>["type"];
  format?: Of<typeof Format>;
  source?: SourceValue;
}
const storeType = attr(kinds, "Where it is.", { wordsSince: kindsSince });
const DataStore: Element<Shape> = element(
  "dataStore",
  "The file in which a qcow2 image has its guest's data, where those are not in the image itself.",
  {
    type: storeType,
    format: child(Format),
    source: nested<SourceValue>((): Element<Shape> => Source, "source", "Where the data are."),
  },
  { by: "type", since: "10.10.0" },
);
export const Source = element(
  "source",
  "Where the data are.",
  { ...sourceShape, dataStore: nested<DataStoreValue>(() => DataStore, "dataStore", DataStore.doc, DataStore.facts) },
  {
    named: "DiskSource",
    rule: ({ pool, volume }) => {
      if ((pool === undefined) === (volume === undefined)) return [];
      const absent = pool === undefined ? "pool" : "volume";
      return [{ path: [absent], reason: "is required: a volume is known by pool and volume together" }];
    },
  },
);

const backing = {
  type: attr(kinds, "Where its data are.", { wordsSince: kindsSince }),
  index: attr(text, "Libvirt's own number.", { reported: true }),
  format: child(Format),
  source: child(Source),
};
export interface BackingStoreValue extends Of<Element<typeof backing>> {
  backingStore?: BackingStoreValue;
}
export const BackingStore = element(
  "backingStore",
  "The image under this one. Usually libvirt reads it from the image itself.",
  {
    ...backing,
    backingStore: nested<BackingStoreValue>(
      (): Element<Shape> => BackingStore,
      "backingStore",
      "The image under that.",
    ),
  },
  { by: "type" },
);
export { MetadataCache };
