/** The smaller devices. */
import {
  attr,
  body,
  child,
  element,
  leaf,
  natural,
  oneOf,
  onOff,
  positive,
  size,
  sole,
  text,
  yesNo,
} from "../vocabulary";
import { protocols, StreamLog, StreamSource, streamTypes } from "./character";
import { Address, acpiDevice, device, VirtioDriver, virtioModel } from "./common";

const Rate = element(
  "rate",
  "How fast the guest may draw.",
  {
    bytes: attr(natural, "Bytes in a period."),
    period: attr(natural, "Milliseconds of a period; 1000 if left out."),
  },
  { named: "RngRate" },
);
const RngBackend = element(
  "backend",
  "Where the random numbers come from.",
  {
    model: attr(oneOf("random", "egd", "builtin"), "A device of the host, a daemon, or QEMU itself.", {
      wordsSince: { builtin: "6.1.0" },
    }),
    value: body(text, "Path of the host's device: `/dev/urandom`."),
    type: attr(streamTypes, "How a daemon is reached; `egd` only.", {
      wordsSince: { dbus: "8.4.0", "qemu-vdagent": "8.4.0" },
    }),
    source: child(StreamSource),
    protocol: sole("type", protocols, "What is spoken to it; `egd` only."),
    log: child(StreamLog),
  },
  { named: "RngBackend" },
);
export const Rng = element("rng", "A source of random numbers.", {
  model: attr(virtioModel, "Kind of virtio.", {
    wordsSince: { "virtio-non-transitional": "5.2.0", "virtio-transitional": "5.2.0" },
  }),
  rate: child(Rate),
  backend: child(RngBackend),
  driver: child(VirtioDriver, { since: "3.5.0" }),
  ...acpiDevice,
});

export const Memballoon = element(
  "memballoon",
  "The balloon by which the guest gives memory back; libvirt adds one.",
  {
    model: attr(
      oneOf("virtio", "virtio-transitional", "virtio-non-transitional", "xen", "none"),
      "Kind of balloon; `none` leaves it away.",
      { wordsSince: { "virtio-non-transitional": "5.2.0", "virtio-transitional": "5.2.0" } },
    ),
    autodeflate: attr(onOff, "Give memory back to the guest before it runs out."),
    freePageReporting: attr(onOff, "The host takes back what the guest has freed.", { since: "6.9.0" }),
    stats: sole("period", natural, "Seconds between statistics."),
    driver: child(VirtioDriver, { since: "3.5.0" }),
    ...acpiDevice,
  },
  { filled: true },
);

export const Watchdog = element("watchdog", "A device that acts when the guest hangs.", {
  model: attr(oneOf("i6300esb", "ib700", "diag288", "itco"), "The emulated hardware; q35 has `itco` by itself.", {
    wordsSince: { itco: "9.1.0" },
  }),
  action: attr(
    oneOf("reset", "shutdown", "poweroff", "pause", "none", "dump", "inject-nmi"),
    "What happens when the timer runs out.",
  ),
  ...acpiDevice,
});

export const Panic = element("panic", "By which the guest says that it crashed.", {
  model: attr(oneOf("isa", "pseries", "hyperv", "s390", "pvpanic"), "The emulated device.", {
    filled: true,
    wordsSince: { pvpanic: "9.1.0" },
  }),
  ...device,
});
export const Hub = element("hub", "A USB hub.", { type: attr(oneOf("usb"), "Always `usb`."), ...device });
const Cid = element(
  "cid",
  "The guest's address.",
  {
    auto: attr(yesNo, "Libvirt chooses at each start."),
    address: attr(text, "The address, from 3 on."),
  },
  { named: "VsockCid" },
);
export const Vsock = element(
  "vsock",
  "Sockets between host and guest.",
  {
    model: attr(virtioModel, "Kind of virtio.", {
      filled: true,
      wordsSince: { "virtio-non-transitional": "5.2.0", "virtio-transitional": "5.2.0" },
    }),
    cid: child(Cid),
    driver: child(VirtioDriver, { since: "7.1.0" }),
    ...acpiDevice,
  },
  { since: "4.4.0" },
);

const ShmemServer = sole("path", text, "Socket of an ivshmem server.");
export const Shmem = element("shmem", "Memory that guests share.", {
  name: attr(text, "Its name."),
  role: attr(oneOf("master", "peer"), "Whether it migrates with the guest.", { since: "6.6.0" }),
  model: sole("type", oneOf("ivshmem", "ivshmem-plain", "ivshmem-doorbell"), "The emulated device."),
  size: leaf(size("b"), "How much."),
  server: ShmemServer,
  msi: child(
    element(
      "msi",
      "Interrupts.",
      {
        ioeventfd: attr(onOff, "Notify QEMU through an eventfd."),
        vectors: attr(positive, "Number of vectors."),
      },
      { named: "ShmemMsi" },
    ),
  ),
  ...acpiDevice,
});
const CryptoBackend = element(
  "backend",
  "Who does the work.",
  {
    model: attr(oneOf("builtin", "lkcf"), "QEMU, or the host's kernel."),
    queues: attr(positive, "Number of queues."),
  },
  { named: "CryptoBackend" },
);
export const Crypto = element(
  "crypto",
  "A device that encrypts for the guest.",
  {
    model: attr(oneOf("virtio"), "Always `virtio`."),
    type: attr(oneOf("qemu"), "Always `qemu`."),
    backend: child(CryptoBackend),
    driver: child(VirtioDriver),
    ...device,
  },
  { named: "CryptoDevice", since: "9.1.0" },
);
export const Pstore = element(
  "pstore",
  "Storage in which a guest's kernel leaves its last words.",
  {
    backend: attr(oneOf("acpi-erst"), "How the guest reaches it."),
    path: leaf(text, "Path on the host; libvirt makes one.", { filled: true }),
    size: leaf(size("KiB"), "How much."),
    ...device,
  },
  { since: "10.6.0" },
);
export const NvramDevice = element(
  "nvram",
  "Memory that keeps its contents, on POWER.",
  { address: child(Address) },
  { named: "NvramDevice" },
);
