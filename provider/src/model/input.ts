/** Keyboards, mice and tablets. */
import { attr, child, element, oneOf, onOff, text } from "../vocabulary";
import { acpiDevice, VirtioDriver, virtioModel } from "./common";

const InputSource = element(
  "source",
  "The host's device.",
  {
    dev: attr(text, "Path of an event device: `/dev/input/event1`; `evdev` only."),
    evdev: attr(text, "Path of an event device; `passthrough` only."),
    grab: attr(oneOf("all"), "Take all devices at once."),
    repeat: attr(onOff, "Repeat keys."),
    grabToggle: attr(
      oneOf("ctrl-ctrl", "alt-alt", "shift-shift", "meta-meta", "scrolllock", "ctrl-scrolllock"),
      "Keys that switch between host and guest.",
      { since: "7.6.0" },
    ),
  },
  { named: "InputSource" },
);
export const Input = element("input", "A keyboard, mouse or tablet.", {
  type: attr(oneOf("tablet", "mouse", "keyboard", "passthrough", "evdev"), "What it is."),
  bus: attr(oneOf("ps2", "usb", "xen", "parallels", "virtio"), "Its bus.", { filled: true }),
  model: attr(virtioModel, "Kind of virtio."),
  source: child(InputSource),
  driver: child(VirtioDriver),
  ...acpiDevice,
});
