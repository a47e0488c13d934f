/** Keyboards, mice and tablets. */
import { attr, child, element, oneOf, onOff, text } from "../vocabulary";
import { acpiDevice, VirtioDriver, virtioModel } from "./common";

const InputSource = element(
  "source",
  "The host's device.",
  {
    dev: attr(text, "Path of an event device: `/dev/input/event1`; `evdev` only.", { since: "7.4.0" }),
    evdev: attr(text, "Path of an event device; `passthrough` only."),
    grab: attr(oneOf("all"), "Take all devices at once.", { since: "7.4.0" }),
    repeat: attr(onOff, "Repeat keys.", { since: "7.4.0" }),
    grabToggle: attr(
      oneOf("ctrl-ctrl", "alt-alt", "shift-shift", "meta-meta", "scrolllock", "ctrl-scrolllock"),
      "Keys that switch between host and guest.",
      { since: "7.6.0" },
    ),
  },
  { named: "InputSource" },
);
export const Input = element("input", "A keyboard, mouse or tablet.", {
  type: attr(oneOf("tablet", "mouse", "keyboard", "passthrough", "evdev"), "What it is.", {
    wordsSince: { evdev: "7.4.0" },
  }),
  bus: attr(oneOf("ps2", "usb", "xen", "parallels", "virtio"), "Its bus.", { filled: true }),
  model: attr(virtioModel, "Kind of virtio.", { since: "5.2.0" }),
  source: child(InputSource),
  driver: child(VirtioDriver, { since: "3.5.0" }),
  ...acpiDevice,
});
