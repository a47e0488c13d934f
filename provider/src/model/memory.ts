/** Modules of memory. */
import { attr, child, digits, element, inside, leaf, mark, natural, oneOf, size, text, yesNo } from "../vocabulary";
import { acpiDevice, VirtioDriver } from "./common";
import { uuid } from "./names";

const MemorySource = element(
  "source",
  "Where the module's memory comes from.",
  {
    pagesize: leaf(size("KiB"), "Size of the host's pages."),
    nodemask: leaf(text, "Nodes of the host: `0-1`."),
    path: leaf(text, "Path of an NVDIMM's file or device.", { since: "3.2.0" }),
    alignsize: leaf(size("KiB"), "Alignment.", { since: "5.0.0" }),
    pmem: mark("It is persistent memory.", { since: "5.0.0" }),
  },
  { named: "MemoryDeviceSource" },
);
const MemoryTarget = element(
  "target",
  "What the guest sees.",
  {
    size: leaf(size("KiB", 1n), "How much."),
    node: leaf(natural, "The guest's NUMA node."),
    block: leaf(size("KiB"), "Size of a block; virtio-mem only.", { since: "7.9.0" }),
    dynamicMemslots: attr(yesNo, "Use as many slots as are needed; virtio-mem only.", { since: "10.1.0" }),
    requested: leaf(size("KiB"), "How much the guest shall have; virtio-mem only.", { since: "7.9.0" }),
    current: leaf(size("KiB"), "How much it has; virtio-mem only.", { reported: true, since: "7.9.0" }),
    ...inside("label", { labelSize: leaf(size("KiB"), "Size of an NVDIMM's label.", { as: "size", since: "3.2.0" }) }),
    readonly: mark("The guest cannot write.", { since: "5.0.0" }),
    address: child(
      element(
        "address",
        "Where the guest sees it.",
        { base: attr(digits, "The first byte, hexadecimal.") },
        { named: "MemoryAddress", since: "9.4.0", filled: true },
      ),
    ),
  },
  { named: "MemoryDeviceTarget" },
);
export const MemoryDevice = element(
  "memory",
  "A module of memory.",
  {
    model: attr(oneOf("dimm", "nvdimm", "virtio-pmem", "virtio-mem", "sgx-epc"), "Its kind.", {
      wordsSince: { nvdimm: "3.2.0", "sgx-epc": "8.10.0", "virtio-mem": "7.9.0", "virtio-pmem": "7.1.0" },
    }),
    access: attr(oneOf("shared", "private"), "Whether other processes of the host see it.", { since: "3.2.0" }),
    discard: attr(yesNo, "Drop the contents on shutdown.", { since: "4.4.0" }),
    uuid: leaf(uuid, "UUID of an NVDIMM.", { since: "6.2.0" }),
    source: child(MemorySource),
    target: child(MemoryTarget),
    driver: child(VirtioDriver, { since: "11.9.0" }),
    ...acpiDevice,
  },
  { named: "MemoryDevice" },
);
