/** A port of a network: what the network gave one card of a domain. Libvirt makes and removes ports with the cards. */
import { attr, child, element, leaf, oneOf, sole, text, variants, yesNo } from "../vocabulary";
import { Bandwidth, PciAddress, VirtualPort, Vlan } from "./common";
import { mac, uuid } from "./names";
import { ForwardDriver } from "./network";
import { Owner } from "./owner";

const macTableManager = attr(
  oneOf("kernel", "libvirt"),
  "Who keeps the bridge's table of MAC addresses; the kernel if left out.",
);
const Plug = element(
  "plug",
  "What the card is plugged into.",
  {
    type: attr(
      oneOf("network", "bridge", "direct", "hostdev-pci"),
      "`network` is a bridge that libvirt runs, `bridge` one that others do, `direct` a macvtap device, `hostdev-pci` a device given away.",
    ),
    ...variants({
      "network|bridge": { bridge: attr(text, "The bridge: `virbr0`."), macTableManager },
      direct: {
        dev: attr(text, "The host's device under the macvtap device."),
        mode: attr(oneOf("bridge", "passthrough", "private", "vepa"), "How macvtap lets guests reach each other."),
      },
      "hostdev-pci": {
        managed: attr(yesNo, "Libvirt detaches the device from the host, and gives it back."),
        driver: child(ForwardDriver, { doc: "How the device is given away." }),
        address: child(PciAddress, { doc: "The virtual function." }),
      },
    }),
  },
  { named: "NetworkPortPlug", by: "type" },
);
export const NetworkPort = element(
  "networkport",
  "A port of a network.",
  {
    uuid: leaf(uuid, "Its UUID."),
    owner: child(Owner),
    mac: sole("address", mac, "MAC address of the card."),
    group: leaf(text, "The port group that it belongs to."),
    rxfilters: sole("trustGuest", yesNo, "Whether the guest's changes of MAC address are believed; no if left out."),
    virtualport: child(VirtualPort),
    bandwidth: child(Bandwidth),
    vlan: child(Vlan, { since: "6.1.0" }),
    port: sole("isolated", yesNo, "The guest reaches no other isolated port; no if left out.", { since: "6.1.0" }),
    plug: child(Plug),
  },
  { named: "NetworkPort", since: "5.5.0" },
);
