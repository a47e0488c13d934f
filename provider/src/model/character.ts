/** Character devices: serial and parallel ports, consoles, channels, and what else talks through a byte stream. */
import { attr, child, element, leaf, list, natural, oneOf, onOff, sole, text, yesNo } from "../vocabulary";
import { acpiDevice, Boot, DeviceLabel, device, Reconnect } from "./common";

export const streamTypes = oneOf(
  "null",
  "vc",
  "pty",
  "dev",
  "file",
  "pipe",
  "stdio",
  "udp",
  "tcp",
  "unix",
  "spicevmc",
  "spiceport",
  "nmdm",
  "qemu-vdagent",
  "dbus",
);
export const StreamSource = element(
  "source",
  "Where the host's end of the stream is.",
  {
    path: attr(text, "Path of a file, device or socket on the host.", { filled: true }),
    append: attr(onOff, "Keep what is in the file."),
    mode: attr(oneOf("bind", "connect"), "Whether the host listens or calls."),
    host: attr(text, "Address."),
    service: attr(text, "Port."),
    tls: attr(yesNo, "Encrypt it."),
    channel: attr(text, "Name of a SPICE or D-Bus port."),
    master: attr(text, "Master of a null modem."),
    slave: attr(text, "Slave of a null modem."),
    reconnect: child(Reconnect, { since: "3.7.0" }),
    clipboard: sole("copypaste", yesNo, "Share the clipboard; `qemu-vdagent` only.", { since: "8.4.0" }),
    mouse: sole("mode", oneOf("server", "client"), "Who draws the pointer; `qemu-vdagent` only.", { since: "8.4.0" }),
    seclabels: list(child(DeviceLabel), (l) => l.model),
  },
  { named: "StreamSource" },
);
export const StreamLog = element(
  "log",
  "A copy of what the guest writes.",
  {
    file: attr(text, "Path on the host."),
    append: attr(onOff, "Keep what is in the file."),
  },
  { named: "StreamLog" },
);
export const protocols = oneOf("raw", "telnet", "telnets", "tls");
/** What every device that is a byte stream has. */
export const stream = {
  type: attr(streamTypes, "What the host's end is.", { wordsSince: { dbus: "8.4.0", "qemu-vdagent": "8.4.0" } }),
  source: child(StreamSource),
  protocol: sole("type", protocols, "What is spoken over TCP."),
  log: child(StreamLog),
};
/** One for all kinds of port: libvirt's own schema tells them no further apart. */
const PortTarget = element(
  "target",
  "What the guest sees.",
  {
    type: attr(
      oneOf(
        "isa-serial",
        "usb-serial",
        "pci-serial",
        "spapr-vio-serial",
        "system-serial",
        "sclp-serial",
        "isa-debug",
        "serial",
        "virtio",
        "xen",
        "uml",
        "lxc",
        "openvz",
        "sclp",
        "sclplm",
      ),
      "The kind of port or console: those up to `isa-debug` are of serial ports, the others of consoles.",
      {
        filled: true,
        wordsSince: {
          "isa-debug": "8.1.0",
          "sclp-serial": "3.10.0",
          "spapr-vio-serial": "3.10.0",
          "system-serial": "3.10.0",
        },
      },
    ),
    port: attr(natural, "Its number.", { filled: true }),
    model: sole(
      "name",
      oneOf(
        "isa-serial",
        "usb-serial",
        "pci-serial",
        "spapr-vty",
        "pl011",
        "16550a",
        "sclpconsole",
        "sclplmconsole",
        "isa-debugcon",
      ),
      "The emulated chip.",
      { since: "3.10.0", filled: true, wordsSince: { "16550a": "4.7.0", "isa-debugcon": "8.1.0" } },
    ),
  },
  { named: "PortTarget", filled: true },
);
const port = {
  tty: attr(text, "The host's terminal, as it runs.", { reported: true }),
  target: child(PortTarget),
  ...acpiDevice,
};
export const Serial = element("serial", "A serial port.", { ...stream, ...port });
export const Parallel = element("parallel", "A parallel port.", { ...stream, ...port });
export const Console = element("console", "A console; the first serial port is one by itself.", { ...stream, ...port });
const ChannelTarget = element(
  "target",
  "What the guest sees.",
  {
    type: attr(oneOf("virtio", "guestfwd", "xen"), "The kind of channel."),
    name: attr(text, "Its name in the guest: `org.qemu.guest_agent.0`, …"),
    address: attr(text, "Address; `guestfwd` only."),
    port: attr(text, "Port; `guestfwd` only."),
    state: attr(oneOf("connected", "disconnected"), "Whether the guest has it open.", { reported: true }),
  },
  { named: "ChannelTarget" },
);
export const Channel = element("channel", "A channel between host and guest.", {
  ...stream,
  target: child(ChannelTarget),
  ...device,
});

export const SmartCard = element("smartcard", "A smart card reader.", {
  mode: attr(oneOf("host", "host-certificates", "passthrough"), "Whose card it reads."),
  ...stream,
  certificates: list(leaf(text, "Certificates on the host; three of them.", { as: "certificate" })),
  database: leaf(text, "Directory of the certificates."),
  target: child(PortTarget),
  ...acpiDevice,
});
export const RedirDev = element("redirdev", "A USB device that comes over a byte stream.", {
  bus: attr(oneOf("usb"), "The bus."),
  ...stream,
  boot: child(Boot),
  ...device,
});
const UsbFilter = element(
  "usbdev",
  "Devices that may come, or not; the first that fits decides.",
  {
    allow: attr(yesNo, "Whether they may."),
    class: attr(text, "USB class, hexadecimal; -1 is any."),
    vendor: attr(text, "USB vendor, hexadecimal; -1 is any."),
    product: attr(text, "USB product, hexadecimal; -1 is any."),
    version: attr(text, "Version of the device: `1.10`; -1 is any."),
  },
  { named: "RedirFilterDevice" },
);
export const RedirFilter = element(
  "redirfilter",
  "Which USB devices may come over redirected ports.",
  { usbdevs: list(child(UsbFilter), [], { as: "usbdev" }) },
  { named: "RedirFilter" },
);
