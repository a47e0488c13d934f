/** Controllers: the buses of the guest. */
import {
  attr,
  child,
  element,
  int,
  leaf,
  natural,
  type Of,
  oneOf,
  onOff,
  positive,
  size,
  sole,
  text,
} from "../vocabulary";
import { device, userAlias, virtioDriver } from "./common";

const ControllerDriver = element(
  "driver",
  "How the host runs the controller.",
  {
    queues: attr(positive, "Queues; virtio-scsi only."),
    cmdPerLun: attr(positive, "Commands in flight for each LUN; virtio-scsi only.", { as: "cmd_per_lun" }),
    maxSectors: attr(positive, "Sectors of a request; virtio-scsi only.", { as: "max_sectors" }),
    ioeventfd: attr(onOff, "Notify QEMU through an eventfd."),
    iothread: attr(positive, "The I/O thread that serves it; virtio-scsi only."),
    ...virtioDriver,
  },
  { named: "ControllerDriver" },
);
const ControllerTarget = element(
  "target",
  "PCI details of the controller.",
  {
    chassisNr: attr(text, "Chassis number of a bridge.", { filled: true }),
    chassis: attr(text, "Chassis of a port.", { filled: true }),
    port: attr(text, "Port number, hexadecimal.", { filled: true }),
    busNr: attr(text, "Number of an expander bus.", { filled: true }),
    index: attr(text, "Index of a POWER host bridge.", { filled: true }),
    hotplug: attr(onOff, "Whether devices come and go on it.", { since: "6.3.0" }),
    memReserve: attr(natural, "Memory to reserve.", { since: "10.3.0" }),
    node: leaf(natural, "The guest's NUMA node."),
  },
  { named: "ControllerTarget", filled: true },
);
export const Controller = element(
  "controller",
  "A bus of the guest. Libvirt adds those that devices need.",
  {
    type: attr(
      oneOf("ide", "fdc", "scsi", "sata", "ccid", "virtio-serial", "usb", "pci", "xenbus", "isa", "nvme"),
      "The bus.",
      { wordsSince: { nvme: "11.5.0" } },
    ),
    index: attr(natural, "Its number among those of its type.", { filled: true }),
    model: attr(text, "What is emulated: `virtio-scsi`, `qemu-xhci`, `pcie-root-port`, …", { filled: true }),
    ports: attr(natural, "Ports; virtio-serial and xHCI."),
    vectors: attr(natural, "Interrupt vectors; virtio-serial only."),
    maxGrantFrames: attr(positive, "Grant frames; Xen only."),
    maxEventChannels: attr(positive, "Event channels; Xen only."),
    modelName: sole("name", text, "Name in QEMU of the device that a PCI controller is.", {
      as: "model",
      filled: true,
    }),
    master: sole("startport", int, "First port of the companion controller; USB 2 only.", { filled: true }),
    target: child(ControllerTarget),
    pcihole64: leaf(size("KiB"), "The 64-bit PCI hole; `pci-root` and `pcie-root` only."),
    driver: child(ControllerDriver),
    ...device,
  },
  { lands: "boot" },
);
export type Controller = Of<typeof Controller>;
export const controllerKeys = [
  (c: Controller) => userAlias(c.alias),
  (c: Controller) => (c.index === undefined ? undefined : `${c.type}:${c.index}:${c.type === "usb" ? c.model : ""}`),
];
