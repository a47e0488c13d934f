/** The binding of a network filter to a card of a running domain. Libvirt makes and removes it with the card. */
import { child, element, sole, text } from "../vocabulary";
import { FilterRef } from "./interface";
import { mac } from "./names";
import { Owner } from "./owner";

export const NwFilterBinding = element(
  "filterbinding",
  "A network filter that watches a card.",
  {
    owner: child(Owner),
    portdev: sole("name", text, "The host's end of the card: `vnet0`."),
    linkdev: sole("name", text, "The host's device under a macvtap device."),
    mac: sole("address", mac, "MAC address of the card."),
    filterref: child(FilterRef),
  },
  { named: "NwFilterBinding", since: "4.5.0" },
);
