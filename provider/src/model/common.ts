/** What several families of elements share. */
import {
  attr,
  between,
  child,
  digits,
  element,
  type Fault,
  inside,
  leaf,
  like,
  list,
  natural,
  oneOf,
  onOff,
  positive,
  sole,
  type Type,
  text,
  textThat,
  yesNo,
} from "../vocabulary";
import { uuid } from "./names";

/** Libvirt keeps only aliases that start so; all others it makes up at each start. */
export const userAlias = (alias: string | undefined): string | undefined =>
  alias?.startsWith("ua-") ? alias : undefined;

export const Zpci = element("zpci", "The zPCI address on s390x.", {
  uid: attr(digits, "The guest's user-defined identifier, hexadecimal."),
  fid: attr(digits, "The function's identifier, hexadecimal."),
});
export const Address = element(
  "address",
  "Where on its bus the guest sees the device; libvirt chooses if left out, and keeps its choice.",
  {
    type: attr(
      oneOf(
        "pci",
        "drive",
        "ccid",
        "virtio-serial",
        "spapr-vio",
        "virtio-mmio",
        "usb",
        "isa",
        "ccw",
        "dimm",
        "unassigned",
      ),
      "The kind of bus.",
      { wordsSince: { unassigned: "6.0.0" } },
    ),
    domain: attr(text, "PCI domain, hexadecimal: `0x0000`."),
    bus: attr(text, "Bus: PCI in hexadecimal, else the number of the bus."),
    slot: attr(text, "PCI slot, hexadecimal; or the slot of a smart card reader."),
    function: attr(text, "PCI function, hexadecimal."),
    multifunction: attr(onOff, "More functions share the slot."),
    controller: attr(text, "Index of the controller."),
    target: attr(text, "SCSI target."),
    unit: attr(text, "Unit on the bus."),
    port: attr(text, "Port: of USB, dotted behind hubs; of virtio-serial."),
    reg: attr(text, "Register of spapr-vio."),
    cssid: attr(text, "Channel subsystem on s390x."),
    ssid: attr(text, "Subchannel set on s390x."),
    devno: attr(text, "Device number on s390x."),
    iobase: attr(text, "First I/O port of an ISA device."),
    irq: attr(text, "Interrupt of an ISA device."),
    base: attr(text, "First address of a memory module."),
    zpci: child(Zpci, { since: "4.10.0" }),
  },
  { lands: "boot", filled: true, rule: pciFaults },
);
/** Other buses have no such bounds. */
function pciFaults(address: Readonly<Record<string, unknown>>): Fault[] {
  if (address["type"] !== "pci") return [];
  return Object.entries(pci).flatMap(([key, { fault }]) => {
    const value = address[key];
    const reason = typeof value === "string" ? fault?.(value) : undefined;
    return reason ? [{ path: [key], reason }] : [];
  });
}
/** As C reads it: hexadecimal only after 0x. */
const upTo = (most: number, what: string): Type<string> =>
  textThat(
    (value) => /^(0[xX][0-9a-fA-F]+|\d+)$/.test(value) && Number(value) <= most,
    `a ${what} from 0x0 to 0x${most.toString(16)}`,
  );
/** Parts of a PCI address, and how far each goes. */
export const pci = {
  domain: upTo(0xffff_ffff, "PCI domain"),
  bus: upTo(0xff, "PCI bus"),
  slot: upTo(0x1f, "PCI slot"),
  function: upTo(7, "PCI function"),
};
export const PciAddress = element(
  "address",
  "A PCI address of the host.",
  {
    domain: attr(pci.domain, "PCI domain, hexadecimal."),
    bus: attr(pci.bus, "PCI bus, hexadecimal."),
    slot: attr(pci.slot, "PCI slot, hexadecimal."),
    function: attr(pci.function, "PCI function, hexadecimal."),
    multifunction: attr(onOff, "More functions share the slot."),
  },
  { named: "PciAddress" },
);
export const Boot = element(
  "boot",
  "When the firmware tries this device. Excludes `os.boots`.",
  {
    order: attr(positive, "1 is tried first; each device has its own number.", { once: "boot order" }),
    loadparm: attr(text, "Parameter for s390x boot loaders.", { since: "3.5.0" }),
  },
  { lands: "boot" },
);
/** What every device has. */
export const device = {
  alias: sole(
    "name",
    text,
    "A name of yours for the device, starting with `ua-`. It identifies the device when the list changes.",
    {
      since: "3.9.0",
      lands: "boot",
      once: "alias",
    },
  ),
  address: child(Address),
};
/** What a device has that can be on a PCI bus. */
export const acpiDevice = {
  ...device,
  ...inside("acpi", {
    acpi: attr(natural, "Index from which the guest derives a card's name (`eno1`).", { as: "index", since: "7.3.0" }),
    acpiNodeset: attr(text, "The guest's NUMA nodes that are near to a PCI device: `1-8`.", {
      as: "nodeset",
      since: "11.8.0",
    }),
  }),
};
/** The drivers whose guests may be containers. */
export const containers = ["lxc", "openvz", "vz"];
export const virtioModel = oneOf("virtio", "virtio-transitional", "virtio-non-transitional");
/** What every virtio device's driver has. */
export const virtioDriver = {
  iommu: attr(onOff, "Use the emulated IOMMU.", { since: "3.5.0" }),
  ats: attr(onOff, "Address translation service for PCIe devices.", { since: "3.5.0" }),
  packed: attr(onOff, "Packed virtqueues.", { since: "6.3.0" }),
  pagePerVq: attr(onOff, "Lay out the notification capability with one page for each queue.", {
    as: "page_per_vq",
    since: "7.9.0",
  }),
};
export const VirtioDriver = element("driver", "Options of virtio.", virtioDriver, { named: "VirtioDriver" });

/** Formats of images. */
const formatWords = [
  "raw",
  "dir",
  "bochs",
  "cloop",
  "dmg",
  "iso",
  "vpc",
  "vdi",
  "fat",
  "vhd",
  "ploop",
  "luks",
  "cow",
  "qcow",
  "qcow2",
  "qed",
  "vmdk",
] as const;
export const formats = oneOf(...formatWords);
/** Xen's block tap besides. */
export const driverFormats = oneOf(...formatWords, "aio");
export const QueueIothread = element(
  "iothread",
  "An I/O thread and the queues that it serves.",
  {
    id: attr(positive, "The thread."),
    queues: list(sole("id", natural, "Queues of it.", { as: "queue" })),
  },
  { named: "QueueIothread" },
);
export const Reconnect = element("reconnect", "Whether a broken client connection is made again.", {
  enabled: attr(yesNo, "Try again.", { since: "3.7.0" }),
  timeout: attr(natural, "Seconds between two tries.", { since: "3.7.0" }),
  delay: attr(natural, "Seconds after which requests to an NBD server fail; those disks have only this.", {
    since: "9.2.0",
  }),
});
export const DeviceLabel = element(
  "seclabel",
  "The security label of a device's file.",
  {
    model: attr(text, "The security driver: `selinux`, `apparmor`, `dac`."),
    relabel: attr(yesNo, "Whether libvirt labels the file."),
    labelskip: attr(oneOf("yes"), "Libvirt's own note that it could not label."),
    label: leaf(text, "The label."),
  },
  { named: "DeviceLabel" },
);
const byName = {
  uuid: attr(uuid, "The secret by its UUID."),
  usage: attr(text, "The secret by what it is used for."),
};
export const SecretRef = element(
  "secret",
  "A secret that libvirt keeps: the pass phrase of an image.",
  { type: attr(oneOf("passphrase"), "What the secret is."), ...byName },
  { named: "SecretReference" },
);
const AuthSecret = element(
  "secret",
  "A secret that libvirt keeps: our password for a server.",
  { type: attr(oneOf("ceph", "iscsi"), "What the secret is for."), ...byName },
  { named: "AuthSecretReference" },
);
/** Of a disk. */
export const DiskAuth = element(
  "auth",
  "Who we are to the storage server.",
  { username: attr(text, "The user's name."), secret: child(AuthSecret) },
  { named: "DiskAuth" },
);
const PoolSecret = element("secret", "A secret that libvirt keeps: our password for a server.", byName, {
  named: "PoolSecretReference",
});
/** Of a pool. */
export const AuthRef = element(
  "auth",
  "Who we are to the storage server.",
  {
    type: attr(oneOf("chap", "ceph"), "The kind of authentication."),
    username: attr(text, "The user's name."),
    secret: child(PoolSecret),
  },
  { named: "StorageAuth" },
);

const Tag = element(
  "tag",
  "A VLAN.",
  {
    id: attr(between(0, 4095), "Its number."),
    nativeMode: attr(oneOf("tagged", "untagged"), "How Open vSwitch treats frames of this VLAN on a trunk."),
  },
  { named: "VlanTag" },
);
export const Vlan = element(
  "vlan",
  "The VLANs of the port; only for Open vSwitch, SR-IOV and, since 11.0, bridges.",
  {
    trunk: attr(yesNo, "The port carries several VLANs, with tags."),
    tags: list(child(Tag), (tag) => tag.id),
  },
  { lands: "update" },
);
const PortParameters = element(
  "parameters",
  "What the switch is told.",
  {
    managerid: attr(text, "802.1Qbg: the manager."),
    typeid: attr(text, "802.1Qbg: the type."),
    typeidversion: attr(text, "802.1Qbg: the type's version."),
    instanceid: attr(uuid, "802.1Qbg: the instance."),
    interfaceid: attr(uuid, "Open vSwitch and midonet: the interface; libvirt makes one up.", { filled: true }),
    profileid: attr(text, "802.1Qbh and Open vSwitch: the profile."),
  },
  { named: "VirtualPortParameters" },
);
export const VirtualPort = element(
  "virtualport",
  "How a switch knows the port.",
  {
    type: attr(oneOf("802.1Qbg", "802.1Qbh", "openvswitch", "midonet"), "The kind of switch."),
    parameters: child(PortParameters),
  },
  { named: "VirtualPort" },
);
const Rate = element(
  "inbound",
  "Limits of one direction.",
  {
    average: attr(natural, "KiB a second, on average."),
    peak: attr(natural, "KiB a second at most."),
    burst: attr(natural, "KiB that may go at peak speed."),
    floor: attr(natural, "KiB a second that are guaranteed; inbound only."),
  },
  { named: "BandwidthRate" },
);
export const Bandwidth = element(
  "bandwidth",
  "Limits of throughput.",
  {
    classID: attr(text, "Libvirt's own number of the class.", { reported: true, since: "5.5.0" }),
    inbound: child(Rate, { doc: "Limits of what comes in." }),
    outbound: child(Rate, { as: "outbound", doc: "Limits of what goes out." }),
  },
  { lands: "update" },
);
const owner = between(-1, 0xffff_ffff);
export const Permissions = element(
  "permissions",
  "Who owns the file on the host, and its mode.",
  {
    mode: leaf(like(/^0*[0-7]{1,3}$/, 'octal, from "0000" to "0777"'), "Octal: `0600`."),
    owner: leaf(owner, "User id; -1 leaves it."),
    group: leaf(owner, "Group id; -1 leaves it."),
    label: leaf(text, "Security label.", { filled: true }),
  },
  { filled: true },
);
