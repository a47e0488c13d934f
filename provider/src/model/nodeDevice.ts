/** A device of the host: what libvirt knows of it, and mediated devices, which a program can make. */
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
  sole,
  text,
} from "../vocabulary";
import { uuid } from "./names";

const Devnode = element(
  "devnode",
  "A file in `/dev`.",
  {
    type: attr(oneOf("dev", "link"), "The file itself, or a link to it."),
    path: body(text, "Its path."),
  },
  { named: "NodeDeviceNode" },
);
const Parent = element(
  "parent",
  "The device that it is a part of.",
  {
    name: body(text, "Its name: `pci_0000_00_02_0`; `computer` is the root."),
    wwnn: attr(text, "A Fibre Channel adapter by its node's world-wide name; to make virtual ones."),
    wwpn: attr(text, "A Fibre Channel adapter by its port's world-wide name; to make virtual ones."),
    fabricWwn: attr(text, "A Fibre Channel adapter by its fabric's world-wide name; to make virtual ones.", {
      as: "fabric_wwn",
    }),
  },
  { named: "NodeDeviceParent" },
);
const Address = element(
  "address",
  "An address: of a card its MAC address, else one on the PCI bus.",
  {
    mac: body(text, "MAC address."),
    domain: attr(text, "PCI domain, hexadecimal."),
    bus: attr(text, "PCI bus, hexadecimal."),
    slot: attr(text, "PCI slot, hexadecimal."),
    function: attr(text, "PCI function, hexadecimal."),
  },
  { named: "NodeDeviceAddress" },
);
const addresses = (doc: string) => list(child(Address, { doc }));
const IommuGroup = element(
  "iommuGroup",
  "Devices that can only be given away together.",
  { number: attr(natural, "Its number."), addresses: addresses("PCI addresses of the devices in it.") },
  { named: "NodeDeviceIommuGroup" },
);
const named = (name: string, type: string, doc: string) =>
  element(name, doc, { id: attr(text, "Its number, hexadecimal."), name: body(text, "Its name.") }, { named: type });
const Type = element(
  "type",
  "A kind: of a mediated device, of a DRM device (`primary`, `control`, `render`), of a SCSI device (`disk`, `cdrom`, …).",
  {
    id: attr(text, "Its name to the driver: `nvidia-11`, `i915-GVTg_V5_4`.", { since: "3.4.0" }),
    kind: body(text, "The word itself, where it is only a word."),
    name: leaf(text, "A name for people.", { since: "3.4.0" }),
    deviceAPI: leaf(oneOf("vfio-pci", "vfio-ccw", "vfio-ap"), "How such devices are given to guests.", {
      since: "3.4.0",
    }),
    availableInstances: leaf(natural, "How many more can be made.", { since: "3.4.0" }),
  },
  { named: "NodeDeviceType" },
);
const MdevAttribute = element(
  "attr",
  "An attribute of a mediated device's driver.",
  {
    name: attr(text, "Its name: `assign_adapter`.", { required: true }),
    value: attr(text, "Its value.", { required: true }),
  },
  { named: "MdevAttribute" },
);
const Link = element(
  "link",
  "The cable, and what comes through.",
  {
    state: attr(
      oneOf("unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up"),
      "What the kernel says of it.",
    ),
    speed: attr(natural, "Megabits a second."),
  },
  { named: "NodeDeviceLink" },
);
const PciLink = element(
  "link",
  "A PCI Express link.",
  {
    validity: attr(oneOf("cap", "sta"), "What it can do, or what it does."),
    port: attr(natural, "Number of the port."),
    speed: attr(text, "Gigatransfers a second: `2.5`, `5`, `8`."),
    width: attr(natural, "Lanes."),
  },
  { named: "PciExpressLink" },
);
const PciExpress = element(
  "pci-express",
  "PCI Express.",
  { links: list(child(PciLink), (l) => l.validity) },
  { named: "PciExpress" },
);
const Hardware = element(
  "hardware",
  "The computer.",
  {
    vendor: leaf(text, "Its maker."),
    version: leaf(text, "Its version."),
    serial: leaf(text, "Its serial number."),
    uuid: leaf(uuid, "Its UUID."),
  },
  { named: "ComputerHardware" },
);
const Firmware = element(
  "firmware",
  "The computer's firmware.",
  {
    vendor: leaf(text, "Its maker."),
    version: leaf(text, "Its version."),
    releaseDate: leaf(text, "When it was made.", { as: "release_date" }),
  },
  { named: "ComputerFirmware" },
);
const field = (name: string, type: string, doc: string) =>
  element(name, doc, { index: attr(text, "Its letter or digit."), value: body(text, "Its value.") }, { named: type });
const VpdFields = element(
  "fields",
  "What the device's maker or owner wrote into it.",
  {
    access: attr(oneOf("readonly", "readwrite"), "Whether it can be changed."),
    changeLevel: leaf(text, "Level of engineering change.", { as: "change_level" }),
    manufactureId: leaf(text, "Number of the maker.", { as: "manufacture_id" }),
    partNumber: leaf(text, "Number of the part.", { as: "part_number" }),
    serialNumber: leaf(text, "Serial number.", { as: "serial_number" }),
    assetTag: leaf(text, "The owner's tag.", { as: "asset_tag" }),
    vendorFields: list(child(field("vendor_field", "VpdVendorField", "A field of the maker's own.")), (f) => f.index),
    systemFields: list(child(field("system_field", "VpdSystemField", "A field of the system's.")), (f) => f.index),
  },
  { named: "VpdFields" },
);
const ccwAddress = {
  cssid: leaf(text, "Channel subsystem on s390x.", { since: "3.4.0" }),
  ssid: leaf(text, "Subchannel set on s390x.", { since: "3.4.0" }),
  devno: leaf(text, "Device number on s390x.", { since: "3.4.0" }),
};
const ChannelDevice = element("channel_dev_addr", "The device behind the subchannel.", ccwAddress, {
  named: "ChannelDeviceAddress",
  since: "8.4.0",
});

const GroupMember = element(
  "ccw_device",
  "A device of the group.",
  { ref: attr(text, "What it is for the group: `cdev0`."), name: body(text, "Its name.") },
  { named: "CcwGroupMember" },
);

const capability = {
  type: attr(
    oneOf(
      ...["system", "pci", "usb_device", "usb", "net", "scsi_generic", "scsi_host", "scsi_target", "scsi", "storage"],
      ...["drm", "mdev", "ccw", "css", "vdpa", "ap_card", "ap_queue", "ap_matrix"],
      ...["phys_function", "virt_functions", "pci-bridge", "cardbus-bridge", "mdev_types", "vpd"],
      ...["ccwgroup", "ccwgroup_member", "qeth_generic", "qeth_layer2", "qeth_layer3"],
      ...["80203", "80211", "fc_host", "vport_ops", "fc_remote_port", "removable", "hotpluggable"],
    ),
    "What kind of device it is or, of one capability in another, what the device can do beside.",
    {
      wordsSince: {
        drm: "3.1.0",
        ccw: "3.4.0",
        mdev: "3.4.0",
        mdev_types: "3.4.0",
        fc_remote_port: "3.4.0",
        css: "6.8.0",
        vdpa: "6.9.0",
        ap_card: "7.0.0",
        ap_queue: "7.0.0",
        ap_matrix: "7.0.0",
        vpd: "7.9.0",
        ccwgroup: "11.1.0",
        ccwgroup_member: "11.1.0",
        qeth_generic: "11.1.0",
        qeth_layer2: "11.1.0",
        qeth_layer3: "11.1.0",
      },
    },
  ),
  product: child(named("product", "NodeDeviceProduct", "The product.")),
  vendor: child(named("vendor", "NodeDeviceVendor", "The maker.")),
  hardware: child(Hardware),
  firmware: child(Firmware),
  class: leaf(text, "Class: of PCI in hexadecimal, of USB in digits."),
  subclass: leaf(text, "Class of USB, more exactly."),
  protocol: leaf(text, "Protocol of USB."),
  description: leaf(text, "What the driver calls it."),
  number: leaf(natural, "Number of the USB interface."),
  domain: leaf(natural, "PCI domain."),
  bus: leaf(text, "Bus: its number, or of a disk its name (`ide`, `usb`)."),
  slot: leaf(natural, "PCI slot."),
  function: leaf(natural, "PCI function."),
  device: leaf(natural, "Number on the USB bus."),
  maxCount: attr(natural, "The most virtual functions that there can be."),
  addresses: addresses("Of a card its MAC address; of functions, where they are on the PCI bus."),
  iommuGroup: child(IommuGroup),
  numa: sole("node", natural, "The NUMA node that it is near."),
  pciExpress: child(PciExpress),
  interface: leaf(text, "Name of the card: `eth0`."),
  link: child(Link),
  features: list(sole("name", text, "What the card does by itself: `rx`, `tso`, …", { as: "feature" })),
  char: leaf(text, "Path of the generic SCSI device."),
  host: leaf(natural, "Number of the SCSI host."),
  uniqueId: leaf(natural, "What tells it from others of one PCI device.", { as: "unique_id" }),
  wwnn: leaf(text, "World-wide node name."),
  wwpn: leaf(text, "World-wide port name."),
  fabricWwn: leaf(text, "World-wide name of the fabric.", { as: "fabric_wwn" }),
  maxVports: leaf(natural, "The most virtual adapters that there can be.", { as: "max_vports" }),
  vports: leaf(natural, "Virtual adapters that there are."),
  target: leaf(text, "SCSI target: its name, or of a device its number."),
  rport: leaf(text, "Name of the remote port.", { since: "3.4.0" }),
  lun: leaf(digits, "Number of the SCSI logical unit."),
  types: list(child(Type), (t) => t.id, {
    doc: "Its kind; of `mdev_types`, all kinds of mediated devices that can be made on it.",
  }),
  block: leaf(text, "Path of the block device: `/dev/sda`."),
  driveType: leaf(text, "`disk`, `cdrom`, `floppy`, …", { as: "drive_type" }),
  model: leaf(text, "What the maker calls it."),
  serial: leaf(text, "Serial number."),
  size: leaf(digits, "Bytes."),
  mediaAvailable: leaf(oneOf("1", "0"), "Whether a medium is in it.", { as: "media_available" }),
  mediaSize: leaf(digits, "Bytes of the medium.", { as: "media_size" }),
  mediaLabel: leaf(text, "Label of the medium.", { as: "media_label" }),
  logicalBlockSize: leaf(natural, "Bytes of a block.", { as: "logical_block_size" }),
  numBlocks: leaf(digits, "Blocks.", { as: "num_blocks" }),
  uuid: leaf(uuid, "UUID of the mediated device; made up if left out.", { since: "7.3.0" }),
  parentAddr: leaf(text, "Address of the device under the mediated one.", { as: "parent_addr", since: "7.9.0" }),
  attributes: list(child(MdevAttribute, { as: "attr", since: "6.5.0" }), (a) => `${a.name}=${a.value}`, {
    doc: "Attributes of the mediated device's driver, in the order in which they are set.",
  }),
  ...ccwAddress,
  channelDevAddr: child(ChannelDevice),
  state: leaf(oneOf("online", "offline"), "Whether a device on s390x is in use.", { since: "10.5.0" }),
  ...inside("members", {
    members: list(child(GroupMember), (m) => m.ref, { since: "11.1.0" }),
  }),
  groupDevice: leaf(text, "The group that it belongs to on s390x.", { as: "group_device", since: "11.1.0" }),
  cardType: leaf(text, "Type of the network card on s390x.", { as: "card_type", since: "11.1.0" }),
  chpid: leaf(text, "Its channel path on s390x.", { since: "11.1.0" }),
  chardev: leaf(text, "Path of the vDPA device.", { since: "6.9.0" }),
  apAdapter: leaf(text, "Number of the crypto adapter on s390x.", { as: "ap-adapter", since: "7.0.0" }),
  apDomain: leaf(text, "Number of its domain on s390x.", { as: "ap-domain", since: "7.0.0" }),
  name: leaf(text, "What the device's own data call it.", { since: "7.9.0" }),
  fields: list(child(VpdFields), (f) => f.access, { since: "7.9.0" }),
};
/** TypeScript infers no type from itself. */
interface CapabilityValue extends Of<Element<typeof capability>> {
  capabilities?: CapabilityValue[];
}
const Capability = element(
  "capability",
  "What the device is, or what it can do.",
  {
    ...capability,
    capabilities: list(
      nested<CapabilityValue>((): Element<Shape> => Capability, "capability", "What it can do beside."),
      (c) => c.type,
    ),
  },
  { named: "NodeDeviceCapability", by: "type" },
);
export const NodeDevice = element(
  "device",
  "A device of the host.",
  {
    name: leaf(text, "Its name: `pci_0000_00_02_0`, `mdev_UUID_…`; libvirt makes it."),
    path: leaf(text, "Its directory in `/sys`."),
    devnodes: list(child(Devnode, { since: "3.1.0" }), (d) => d.path),
    parent: child(Parent),
    ...inside("driver", { driver: leaf(text, "The driver that the host's kernel uses for it.", { as: "name" }) }),
    capabilities: list(child(Capability), (c) => c.type),
  },
  { named: "NodeDeviceDefinition", lands: "replace" },
);
