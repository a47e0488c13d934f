/** Network cards. */
import {
  attr,
  child,
  element,
  inside,
  leaf,
  list,
  natural,
  type Of,
  oneOf,
  onOff,
  positive,
  short,
  shortOf,
  sole,
  text,
  variants,
  yesNo,
} from "../vocabulary";
import { backwards, familyFaults, ipAddress, netmask, port, prefix, routeFaults } from "./addresses";
import { acpiDevice, Bandwidth, Boot, pci, Reconnect, userAlias, VirtualPort, Vlan, virtioDriver } from "./common";
import { mac, uuid } from "./names";

const modes = oneOf("vepa", "bridge", "private", "passthrough");
const Local = element(
  "local",
  "Our end of a UDP tunnel.",
  { address: attr(text, "Address."), port: attr(port, "Port.") },
  { named: "InterfaceLocal" },
);
export const GuestIp = element(
  "ip",
  "An address of the guest's end, or of the host's.",
  {
    address: attr(ipAddress, "The address.", { required: true }),
    family: attr(oneOf("ipv4", "ipv6"), "Its family."),
    prefix: attr(prefix, "Length of the network's prefix."),
    peer: attr(ipAddress, "The other end."),
  },
  { named: "InterfaceIp", rule: familyFaults },
);
export const GuestRoute = element(
  "route",
  "A route in the guest.",
  {
    family: attr(oneOf("ipv4", "ipv6"), "Its family."),
    address: attr(ipAddress, "The network.", { required: true }),
    netmask: attr(netmask, "Its mask."),
    prefix: attr(prefix, "Length of its prefix."),
    gateway: attr(ipAddress, "Where its packets go.", { required: true }),
    metric: attr(positive, "The lowest wins."),
  },
  { named: "InterfaceRoute", rule: routeFaults },
);
const CardAddress = element(
  "address",
  "Where the card is on the host: a virtual function on PCI, or a card on USB.",
  {
    type: attr(oneOf("pci", "usb"), "The kind of bus."),
    domain: attr(pci.domain, "PCI domain, hexadecimal."),
    bus: attr(text, "PCI bus in hexadecimal, or USB bus."),
    slot: attr(pci.slot, "PCI slot, hexadecimal."),
    function: attr(pci.function, "PCI function, hexadecimal."),
    multifunction: attr(onOff, "More functions share the slot."),
    device: attr(text, "USB device on the bus."),
    port: attr(text, "USB port, dotted behind hubs.", { since: "12.1.0" }),
  },
  { named: "InterfaceHostAddress" },
);
const InterfaceSource = element(
  "source",
  "What the card is plugged into.",
  {
    ...variants({
      network: {
        network: attr(text, "A network of libvirt."),
        portgroup: attr(text, "Its port group."),
        portid: attr(text, "Libvirt's own id.", { reported: true }),
      },
      bridge: { bridge: attr(text, "A bridge of the host.") },
      "network|bridge": {
        macTableManager: attr(oneOf("kernel", "libvirt"), "Who keeps the bridge's table of MAC addresses."),
      },
      "ethernet|user": {
        ips: list(child(GuestIp, { doc: "Addresses of the host's end." }), (ip) => ip.address),
        routes: list(child(GuestRoute, { doc: "Routes of the host." }), (r) => `${r.address}/${r.prefix ?? r.netmask}`),
      },
      vds: {
        switchid: attr(uuid, "UUID of a distributed switch of VMware.", { since: "8.7.0" }),
        portgroupid: attr(text, "Its port group.", { since: "8.7.0" }),
        connectionid: attr(text, "Number of the connection.", { since: "8.7.0" }),
        portid: attr(text, "Number of the port.", { since: "5.5.0" }),
      },
      direct: { dev: attr(text, "A device of the host."), mode: attr(modes, "How macvtap works.") },
      "vdpa|user": { dev: attr(text, "A vDPA device; or the host's device for passt.") },
      vhostuser: {
        type: attr(oneOf("unix"), "Kind of socket."),
        path: attr(text, "The socket's path."),
        mode: attr(oneOf("server", "client"), "Who listens."),
        reconnect: child(Reconnect, { since: "4.1.0" }),
      },
      "server|client|mcast|udp": {
        host: attr(text, "Address; not `address`, which is where a card is on its bus.", { as: "address" }),
        port: attr(port, "Port."),
        local: child(Local),
      },
      internal: { name: attr(text, "Name.") },
      hostdev: {
        missing: attr(yesNo, "The device is not on the host now.", { reported: true }),
        vendor: sole("id", text, "USB vendor, hexadecimal."),
        product: sole("id", text, "USB product, hexadecimal."),
        address: child(CardAddress),
      },
    }),
  },
  { named: "InterfaceSource" },
);
const Offload = element(
  "host",
  "What the host's end may do for the guest.",
  {
    csum: attr(onOff, "Checksums."),
    gso: attr(onOff, "Generic segmentation."),
    tso4: attr(onOff, "TCP segmentation over IPv4."),
    tso6: attr(onOff, "TCP segmentation over IPv6."),
    ecn: attr(onOff, "Explicit congestion notification."),
    ufo: attr(onOff, "UDP fragmentation."),
    mrgRxbuf: attr(onOff, "Mergeable receive buffers; of the host's end.", { as: "mrg_rxbuf" }),
  },
  { named: "InterfaceOffload" },
);
const InterfaceDriver = element(
  "driver",
  "How the host runs the card.",
  {
    name: attr(oneOf("qemu", "vhost", "kvm", "vfio", "xen"), "Which back end."),
    model: attr(text, "The kernel's driver of a device of the host.", { since: "10.1.0" }),
    iommufd: attr(yesNo, "Give it by way of iommufd.", { since: "12.1.0" }),
    txmode: attr(oneOf("iothread", "timer"), "When packets are sent."),
    ioeventfd: attr(onOff, "Notify QEMU through an eventfd."),
    eventIdx: attr(onOff, "Fewer interrupts.", { as: "event_idx" }),
    queues: attr(positive, "Number of pairs of queues."),
    rxQueueSize: attr(positive, "Length of the receive ring: a power of two from 256 to 1024.", {
      as: "rx_queue_size",
    }),
    txQueueSize: attr(positive, "Length of the send ring: a power of two from 256 to 1024.", {
      as: "tx_queue_size",
      since: "3.7.0",
    }),
    rss: attr(onOff, "Receive-side scaling.", { since: "8.3.0" }),
    rssHashReport: attr(onOff, "Report the hash to the guest.", { as: "rss_hash_report", since: "8.3.0" }),
    ...virtioDriver,
    host: child(Offload),
    guest: child(Offload, { as: "guest", doc: "What the guest's end may do." }),
  },
  { named: "InterfaceDriver" },
);
const InterfaceBackend = element(
  "backend",
  "The program or device behind the card.",
  {
    type: attr(oneOf("default", "passt"), "Who makes the user network.", {
      since: "9.0.0",
      wordsSince: { default: "9.1.0" },
    }),
    tap: attr(text, "Path of the tap device."),
    vhost: attr(text, "Path of the vhost device."),
    logFile: attr(text, "Where passt logs.", { since: "9.0.0" }),
    hostname: attr(text, "The name that passt's DHCP hands out.", { since: "11.8.0" }),
    fqdn: attr(text, "The full name that passt's DHCP hands out.", { since: "11.8.0" }),
  },
  { named: "InterfaceBackend" },
);
const Teaming = element(
  "teaming",
  "A pair of cards, one of which can be taken away for a migration.",
  {
    type: attr(oneOf("persistent", "transient"), "Which of the two this is."),
    persistent: attr(text, "Alias of the other, which stays."),
  },
  { named: "Teaming" },
);

export { Teaming };

const FilterParameter = element(
  "parameter",
  "A value for the filter.",
  {
    name: attr(text, "Its name, such as `IP`."),
    value: attr(text, "Its value."),
  },
  { named: "FilterParameter" },
);
export const FilterRef = element(
  "filterref",
  "The network filter that the card's packets pass.",
  {
    filter: attr(text, "Its name: `clean-traffic`, …"),
    parameters: list(child(FilterParameter), (p) => `${p.name}=${p.value}`),
  },
  { named: "FilterReference", lands: "update" },
);
const ForwardRange = element(
  "range",
  "Ports that are forwarded.",
  {
    start: attr(port, "The first on the host."),
    end: attr(port, "The last on the host."),
    to: attr(port, "The first in the guest."),
    exclude: attr(yesNo, "Not these."),
  },
  { named: "PortForwardRange", rule: backwards },
);
const PortForward = element(
  "portForward",
  "Ports of the host that lead to the guest, with passt.",
  {
    proto: attr(oneOf("tcp", "udp"), "The protocol."),
    address: attr(ipAddress, "The host's address."),
    dev: attr(text, "The host's device."),
    ranges: list(child(ForwardRange), (r) => r.start),
  },
  { since: "9.0.0" },
);
const InterfaceTarget = element(
  "target",
  "The host's end of the card.",
  {
    dev: attr(text, "Its name; names beginning with `vnet` are libvirt's own."),
    managed: attr(yesNo, "Libvirt makes it.", { since: "5.7.0" }),
  },
  { named: "InterfaceTarget" },
);
const GuestEnd = element(
  "guest",
  "The guest's end, in containers.",
  {
    dev: attr(text, "Its name."),
    actual: attr(text, "Its name as it is.", { reported: true }),
  },
  { named: "InterfaceGuest" },
);
const Rom = element("rom", "The card's option ROM.", {
  enabled: attr(yesNo, "Whether the guest sees one.", { since: "4.3.0" }),
  bar: attr(onOff, "Whether it is mapped."),
  file: attr(text, "Path of another one on the host."),
});

export { Rom };

const Direct = element(
  "direct",
  'A device of the host, shared by macvtap: short for `type: "direct"` and a `source`.',
  {
    dev: attr(text, "A device of the host: `eth0`.", { required: true }),
    mode: attr(modes, "How macvtap works; `bridge` lets guests of one host talk."),
  },
  { named: "InterfaceDirect" },
);

export const Interface = element(
  "interface",
  "A network card.",
  {
    network: short(
      "network",
      "source.network",
      'The name of a network of libvirt: short for `type: "network"` and a `source`.',
    ),
    bridge: short("bridge", "source.bridge", 'A bridge of the host: short for `type: "bridge"` and a `source`.'),
    direct: shortOf("direct", "source", Direct),
    type: attr(
      oneOf(
        "user",
        "ethernet",
        "vhostuser",
        "bridge",
        "server",
        "client",
        "mcast",
        "udp",
        "network",
        "internal",
        "direct",
        "hostdev",
        "vdpa",
        "null",
        "vds",
      ),
      "What it is plugged into.",
      { lands: "update", wordsSince: { null: "8.7.0", vdpa: "6.9.0", vds: "8.7.0" } },
    ),
    managed: attr(yesNo, "Libvirt detaches the host's device."),
    trustGuestRxFilters: attr(yesNo, "Believe the guest's changes of MAC address and filters."),
    ...inside("mac", {
      mac: attr(mac, "MAC address. It identifies the card; made up once if left out.", {
        as: "address",
        once: "MAC address",
      }),
      macType: attr(oneOf("generated", "static"), "Who chose it; VMware only.", {
        as: "type",
        only: ["esx", "vmware"],
        since: "6.6.0",
      }),
      macCheck: attr(yesNo, "Whether the address must be one of VMware's.", {
        as: "check",
        only: ["esx", "vmware"],
        since: "6.6.0",
      }),
      currentMac: attr(mac, "The address that the guest has given it.", {
        as: "currentAddress",
        reported: true,
        since: "11.0.0",
      }),
    }),
    backenddomain: sole("name", text, "The domain in which the card's driver runs; Xen only.", { only: ["xen"] }),
    source: child(InterfaceSource, { lands: "update" }),
    virtualport: child(VirtualPort),
    target: child(InterfaceTarget),
    guest: child(GuestEnd),
    model: sole("type", text, "The emulated card: `virtio`, `e1000e`, …; `virtio` if left out."),
    driver: child(InterfaceDriver),
    backend: child(InterfaceBackend),
    filterref: child(FilterRef),
    tune: child(
      element(
        "tune",
        "Limits inside QEMU.",
        { sndbuf: leaf(natural, "Bytes of the send buffer; 0 is no limit.") },
        { named: "InterfaceTune" },
      ),
    ),
    link: sole("state", oneOf("up", "down"), "The cable.", { lands: "update" }),
    mtu: sole("size", positive, "Bytes of a packet, as the guest is told.", { since: "3.1.0" }),
    ips: list(child(GuestIp), (ip) => ip.address),
    routes: list(child(GuestRoute), (r) => `${r.address}/${r.prefix ?? r.netmask}`),
    bandwidth: child(Bandwidth, { lands: "update" }),
    vlan: child(Vlan, { lands: "update" }),
    port: sole("isolated", yesNo, "Cards that are isolated do not reach each other on the bridge.", { since: "6.1.0" }),
    ...inside("coalesce", {
      ...inside("rx", {
        coalesceRxFrames: sole("max", natural, "Frames to collect before an interrupt.", {
          as: "frames",
          since: "3.3.0",
        }),
      }),
    }),
    portForwards: list(child(PortForward), (p) => `${p.proto}:${p.address}:${p.dev}`),
    teaming: child(Teaming, { since: "6.1.0" }),
    script: sole("path", text, "A program that sets up the host's end."),
    downscript: sole("path", text, "A program that takes it down.", { since: "6.4.0" }),
    boot: child(Boot),
    rom: child(Rom),
    ...acpiDevice,
  },
  { by: "type", lands: "plug" },
);
export type Interface = Of<typeof Interface>;

/** What identifies a card, the best first. */
export const interfaceKeys = [(i: Interface) => userAlias(i.alias), (i: Interface) => i.mac?.toLowerCase()];
