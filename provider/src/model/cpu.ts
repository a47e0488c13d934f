/** The guest's processor. */
import {
  attr,
  body,
  child,
  element,
  inside,
  leaf,
  list,
  natural,
  oneOf,
  onOff,
  positive,
  size,
  sole,
  text,
  yesNo,
} from "../vocabulary";

const CpuModel = element(
  "model",
  "A named model of processor.",
  {
    value: body(text, "Its name: `Skylake-Client`, `qemu64`, …"),
    fallback: attr(oneOf("allow", "forbid"), "Whether a lesser model will do where the host cannot run this one.", {
      filled: true,
    }),
    vendorId: attr(text, "Vendor that the guest reads: 12 characters.", { as: "vendor_id" }),
  },
  { named: "CpuModel", filled: true },
);
export const Topology = element(
  "topology",
  "How the virtual CPUs are arranged; their product is `vcpus`.",
  {
    sockets: attr(positive, "Sockets."),
    dies: attr(positive, "Dies in a socket.", { since: "6.1.0", filled: true }),
    clusters: attr(positive, "Clusters in a die.", { since: "10.1.0", filled: true }),
    cores: attr(positive, "Cores in a die."),
    threads: attr(positive, "Threads of a core."),
  },
  { named: "CpuTopology" },
);
const CpuFeature = element(
  "feature",
  "A feature more or less than the model has.",
  {
    name: attr(text, "Its name: `vmx`, `pcid`, …", { required: true, once: "name" }),
    policy: attr(oneOf("force", "require", "optional", "disable", "forbid"), "Whether the guest gets it."),
  },
  { named: "CpuFeature" },
);
const CpuCache = element(
  "cache",
  "What the guest sees of the CPU's cache.",
  {
    level: attr(positive, "The level that is described."),
    mode: attr(oneOf("emulate", "passthrough", "disable"), "Where the description comes from."),
  },
  { named: "CpuCache" },
);
export const MaxPhysAddr = element(
  "maxphysaddr",
  "Bits of a physical address.",
  {
    mode: attr(oneOf("emulate", "passthrough"), "Whether the number is given or the host's."),
    bits: attr(positive, "The number."),
    limit: attr(positive, "At most so many of the host's.", { since: "9.3.0" }),
  },
  { named: "CpuMaxPhysAddr", since: "8.7.0" },
);
export const Sibling = element(
  "sibling",
  "Distance to another cell.",
  {
    id: attr(natural, "The other cell."),
    value: attr(positive, "10 is the cell itself, 20 is twice as far."),
  },
  { named: "NumaDistance" },
);
export const CellCache = element(
  "cache",
  "A cache on the side of the memory.",
  {
    level: attr(positive, "Its level."),
    associativity: attr(oneOf("none", "direct", "full"), "How lines map."),
    policy: attr(oneOf("none", "writeback", "writethrough"), "How it writes."),
    size: sole("value", size("KiB"), "Its size."),
    line: sole("value", size("B"), "Size of a line."),
  },
  { named: "NumaCache" },
);
const Cell = element(
  "cell",
  "A NUMA node of the guest.",
  {
    id: attr(natural, "Its number; libvirt counts if left out.", { filled: true }),
    cpus: attr(text, "Its virtual CPUs: `0-3,^2`."),
    memory: attr(size("KiB", 1n), "Its memory."),
    memAccess: attr(oneOf("shared", "private"), "Whether other processes of the host see the memory."),
    discard: attr(yesNo, "Drop the memory's contents on shutdown.", { since: "4.4.0" }),
    ...inside("distances", {
      distances: list(child(Sibling), (s) => s.id, { doc: "Distances to the other cells.", since: "3.10.0" }),
    }),
    caches: list(child(CellCache), (c) => c.level, { since: "6.6.0" }),
  },
  { named: "NumaCell" },
);
const Interconnect = {
  initiator: attr(natural, "The cell that asks."),
  target: attr(natural, "The cell that answers."),
  cache: attr(natural, "The level of cache that answers."),
  type: attr(oneOf("access", "read", "write"), "What is measured."),
};
const Latency = element(
  "latency",
  "How long an access takes.",
  {
    ...Interconnect,
    value: attr(natural, "Nanoseconds."),
  },
  { named: "NumaLatency" },
);
const NumaBandwidth = element(
  "bandwidth",
  "How much can be moved.",
  {
    ...Interconnect,
    value: attr(natural, "A second, in `unit`."),
    unit: attr(text, "The unit of `value`: KiB."),
  },
  { named: "NumaBandwidth" },
);

/** How far the memory of each NUMA node is from the processors of the others. */
export const interconnects = inside("interconnects", {
  latencies: list(child(Latency), (l) => `${l.initiator}-${l.target}-${l.cache}-${l.type}`, { since: "6.6.0" }),
  bandwidths: list(child(NumaBandwidth), (b) => `${b.initiator}-${b.target}-${b.cache}-${b.type}`, { since: "6.6.0" }),
});

export const Cpu = element(
  "cpu",
  "The guest's processor.",
  {
    mode: attr(
      oneOf("custom", "host-model", "host-passthrough", "maximum"),
      "Where the model comes from: `host-passthrough` is the host's own CPU, `host-model` the nearest named one, which can migrate.",
      { wordsSince: { maximum: "7.1.0" } },
    ),
    match: attr(oneOf("exact", "minimum", "strict"), "How exactly the host's CPU must provide `model`.", {
      filled: true,
    }),
    check: attr(oneOf("none", "partial", "full"), "What is verified before a start.", { since: "3.2.0", filled: true }),
    migratable: attr(onOff, "Only features that can migrate.", { since: "6.5.0", filled: true }),
    deprecatedFeatures: attr(onOff, "Keep features that the model calls deprecated (s390x).", {
      as: "deprecated_features",
      since: "11.0.0",
    }),
    model: child(CpuModel),
    vendor: leaf(text, "Vendor that the host must have: `Intel`, `AMD`."),
    topology: child(Topology),
    cache: child(CpuCache, { since: "3.3.0" }),
    maxphysaddr: child(MaxPhysAddr),
    features: list(child(CpuFeature), (f) => f.name),
    ...inside("numa", {
      cells: list(child(Cell), (c) => c.id, { doc: "NUMA nodes of the guest.", once: "cell" }),
      ...interconnects,
    }),
  },
  { lands: "boot" },
);
