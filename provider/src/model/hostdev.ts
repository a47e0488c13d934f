/** Devices of the host, given to the guest. */
import {
  attr,
  child,
  element,
  inside,
  leaf,
  list,
  mark,
  type Of,
  oneOf,
  onOff,
  sole,
  text,
  yesNo,
} from "../vocabulary";
import { acpiDevice, Boot, DiskAuth, pci, userAlias } from "./common";
import { GuestIp, GuestRoute, Rom, Teaming } from "./interface";
import { uuid } from "./names";

const HostdevAddress = element(
  "address",
  "Where the device is on the host.",
  {
    domain: attr(pci.domain, "PCI domain, hexadecimal."),
    bus: attr(text, "PCI bus in hexadecimal, USB bus, or SCSI bus."),
    slot: attr(pci.slot, "PCI slot, hexadecimal."),
    function: attr(pci.function, "PCI function, hexadecimal."),
    device: attr(text, "USB device on the bus."),
    port: attr(text, "USB port, dotted behind hubs.", { since: "12.1.0" }),
    target: attr(text, "SCSI target."),
    unit: attr(text, "SCSI unit."),
    multifunction: attr(onOff, "More functions share the slot."),
    uuid: attr(uuid, "UUID of a mediated device.", { since: "3.2.0" }),
  },
  { named: "HostdevAddress" },
);
const HostdevHost = element(
  "host",
  "An iSCSI server.",
  { name: attr(text, "Its name or address."), port: attr(text, "Its port.") },
  { named: "HostdevHost" },
);
/** Libvirt's schema has these of a pool's adapter, and lets a domain say them: its driver looks at the name alone. */
const fibreAdapter = {
  adapterType: attr(oneOf("scsi_host", "fc_host"), "The kind of adapter; not looked at.", { as: "type" }),
  adapterManaged: attr(yesNo, "Whether libvirt removes a virtual adapter; not looked at.", { as: "managed" }),
  adapterWwnn: attr(text, "World-wide node name; not looked at.", { as: "wwnn" }),
  adapterWwpn: attr(text, "World-wide port name; not looked at.", { as: "wwpn" }),
  adapterParent: attr(text, "The parent of a virtual adapter; not looked at.", { as: "parent" }),
  adapterParentWwnn: attr(text, "The parent's world-wide node name; not looked at.", { as: "parent_wwnn" }),
  adapterParentWwpn: attr(text, "The parent's world-wide port name; not looked at.", { as: "parent_wwpn" }),
  adapterParentFabricWwn: attr(text, "The parent's fabric; not looked at.", { as: "parent_fabric_wwn" }),
};
const HostdevSource = element(
  "source",
  "The device.",
  {
    startupPolicy: attr(oneOf("mandatory", "requisite", "optional"), "What its absence means for a start; USB only."),
    guestReset: attr(oneOf("off", "uninitialized", "on"), "Whether the guest may reset it; USB only.", {
      since: "9.0.0",
    }),
    writeFiltering: attr(yesNo, "Filter writes to its configuration.", { since: "6.8.0", only: ["xen"] }),
    protocol: attr(oneOf("adapter", "iscsi", "vhost"), "How a SCSI device is reached."),
    name: attr(text, "The iSCSI LUN."),
    wwpn: attr(text, "World-wide port name; vhost only."),
    vendor: sole("id", text, "USB vendor, hexadecimal: `0x1234`."),
    product: sole("id", text, "USB product, hexadecimal."),
    address: child(HostdevAddress),
    ...inside("adapter", {
      adapter: attr(text, "SCSI adapter of the host: `scsi_host0`.", { as: "name" }),
      ...fibreAdapter,
    }),
    hosts: list(child(HostdevHost), (h) => `${h.name}:${h.port}`),
    auth: child(DiskAuth),
    initiator: child(
      element(
        "initiator",
        "Who we are to the target.",
        { iqn: sole("name", text, "Our IQN.") },
        { named: "HostdevInitiator" },
      ),
      { since: "6.7.0" },
    ),
    block: leaf(text, "Path of a block device.", { only: ["lxc"] }),
    char: leaf(text, "Path of a character device.", { only: ["lxc"] }),
    interface: leaf(text, "A network device.", { only: ["lxc"] }),
  },
  { named: "HostdevSource" },
);
export const HostdevDriver = element(
  "driver",
  "How the host gives it away.",
  {
    name: attr(oneOf("vfio", "kvm", "xen"), "The back end; `vfio` if left out."),
    model: attr(text, "The kernel's own driver, in the place of `vfio-pci`: `mlx5_vfio_pci`.", { since: "10.0.0" }),
    iommufd: attr(yesNo, "Through iommufd.", { since: "12.1.0" }),
  },
  { named: "HostdevDriver" },
);
export const Hostdev = element(
  "hostdev",
  "A device of the host, given to the guest.",
  {
    mode: attr(oneOf("subsystem", "capabilities"), "`subsystem` is the common one.", { filled: true }),
    type: attr(oneOf("usb", "pci", "scsi", "scsi_host", "mdev", "storage", "misc", "net"), "The kind of device.", {
      wordsSince: { mdev: "3.2.0" },
    }),
    managed: attr(yesNo, "Libvirt takes it from the host's driver and gives it back."),
    sgio: attr(oneOf("filtered", "unfiltered"), "Which SCSI commands the guest may send."),
    rawio: attr(yesNo, "Raw SCSI commands."),
    model: attr(
      oneOf("vfio-pci", "vfio-ccw", "vfio-ap", "virtio", "virtio-transitional", "virtio-non-transitional"),
      "The kind of mediated device, or of SCSI host.",
      {
        since: "3.2.0",
        wordsSince: {
          "vfio-ap": "4.9.0",
          "vfio-ccw": "4.4.0",
          virtio: "5.2.0",
          "virtio-non-transitional": "5.2.0",
          "virtio-transitional": "5.2.0",
        },
      },
    ),
    display: attr(onOff, "The device shows the guest's screen; mediated only.", { since: "4.6.0" }),
    ramfb: attr(onOff, "A frame buffer until its driver is loaded; mediated only.", { since: "5.10.0" }),
    source: child(HostdevSource),
    driver: child(HostdevDriver),
    readonly: mark("The guest cannot write."),
    shareable: mark("Several guests may use it."),
    boot: child(Boot),
    rom: child(Rom),
    teaming: child(Teaming, { since: "7.1.0" }),
    ips: list(child(GuestIp), (ip) => ip.address, { only: ["lxc"] }),
    routes: list(child(GuestRoute), (r) => `${r.address}/${r.prefix ?? r.netmask}`, { only: ["lxc"] }),
    ...acpiDevice,
  },
  { lands: "plug" },
);
export type Hostdev = Of<typeof Hostdev>;
const place = (h: Hostdev): string | undefined => {
  const { address: a, vendor, product, adapter, name, wwpn } = h.source ?? {};
  if (a?.uuid) return a.uuid;
  const at = [
    a?.domain,
    a?.bus,
    a?.slot,
    a?.function,
    a?.device,
    a?.target,
    a?.unit,
    vendor,
    product,
    adapter,
    name,
    wwpn,
  ];
  return at.some((part) => part !== undefined)
    ? `${h.type}:${at.map((part) => (part === undefined ? "" : Number(part) || part)).join(":")}`
    : undefined;
};
/** What identifies it, the best first. */
export const hostdevKeys = [(h: Hostdev) => userAlias(h.alias), place];
