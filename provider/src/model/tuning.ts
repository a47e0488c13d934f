/** What the host gives the guest of its memory, processors and disks. */
import {
  attr,
  body,
  child,
  digits,
  element,
  inside,
  leaf,
  list,
  mark,
  natural,
  oneOf,
  positive,
  size,
  sole,
  text,
  yesNo,
} from "../vocabulary";
import { CacheTune, EnergyTune, MemoryTune } from "./resctrl";

const Page = element(
  "page",
  "Size of huge pages.",
  {
    size: attr(size("KiB"), "Such as `2MiB` or `1GiB`.", { required: true }),
    nodeset: attr(text, "NUMA nodes of the guest that they are for: `0-1`."),
  },
  { named: "HugePage" },
);
export const MemoryBacking = element(
  "memoryBacking",
  "What the guest's memory is on the host.",
  {
    ...inside("hugepages", { pages: list(child(Page), (p) => p.nodeset, { doc: "Huge pages." }) }),
    nosharepages: mark("Do not merge equal pages."),
    locked: mark("Keep it out of the swap."),
    source: sole(
      "type",
      oneOf("file", "anonymous", "memfd"),
      "What it is made of; `memfd` with `access` shared is what virtiofs needs.",
      { since: "3.1.0", wordsSince: { memfd: "4.10.0" } },
    ),
    access: sole("mode", oneOf("shared", "private"), "Whether other processes of the host see it.", { since: "3.1.0" }),
    allocation: child(
      element(
        "allocation",
        "When it is taken.",
        {
          mode: attr(oneOf("immediate", "ondemand"), "At the start, or when it is used."),
          threads: attr(positive, "Threads that take it.", { since: "8.2.0" }),
        },
        { named: "MemoryAllocation" },
      ),
      { since: "3.1.0" },
    ),
    discard: mark("Drop the contents on shutdown.", { since: "4.4.0" }),
  },
  { lands: "boot" },
);
export const Memtune = element(
  "memtune",
  "Limits of the memory that QEMU uses on the host.",
  {
    hardLimit: leaf(size("KiB"), "Most that it may use.", { as: "hard_limit" }),
    softLimit: leaf(size("KiB"), "Most when the host runs short.", { as: "soft_limit" }),
    minGuarantee: leaf(size("KiB"), "What it surely gets.", { as: "min_guarantee" }),
    swapHardLimit: leaf(size("KiB"), "Most of memory and swap together.", { as: "swap_hard_limit" }),
  },
  { lands: "boot" },
);
const mode = oneOf("strict", "preferred", "interleave", "restrictive");
const NumaMemory = element(
  "memory",
  "Where all of it is.",
  {
    mode: attr(mode, "How strictly.", { wordsSince: { restrictive: "7.3.0" } }),
    nodeset: attr(text, "Nodes of the host: `0-1`."),
    placement: attr(oneOf("static", "auto"), "Who chooses."),
  },
  { named: "NumaMemory" },
);
const MemNode = element(
  "memnode",
  "Where the memory of one cell is.",
  {
    cellid: attr(natural, "The guest's cell."),
    mode: attr(mode, "How strictly.", { wordsSince: { restrictive: "7.3.0" } }),
    nodeset: attr(text, "Nodes of the host."),
  },
  { named: "NumaMemNode" },
);
export const Numatune = element(
  "numatune",
  "On which of the host's NUMA nodes the memory is.",
  {
    memory: child(NumaMemory),
    memnodes: list(child(MemNode), (n) => n.cellid, { once: "cell" }),
  },
  { lands: "boot" },
);
const VcpuPin = element("vcpupin", "On which of the host's CPUs a virtual CPU runs.", {
  vcpu: attr(natural, "The virtual CPU."),
  cpuset: attr(text, "The host's CPUs: `0-3,^2`."),
});
const IothreadPin = element("iothreadpin", "On which of the host's CPUs an I/O thread runs.", {
  iothread: attr(positive, "The I/O thread."),
  cpuset: attr(text, "The host's CPUs."),
});
const sched = {
  scheduler: attr(oneOf("batch", "idle", "fifo", "rr"), "The host's scheduler."),
  priority: attr(natural, "Priority of `fifo` and `rr`."),
};
const VcpuSched = element("vcpusched", "How virtual CPUs are scheduled.", {
  vcpus: attr(text, "Which: `0-3`."),
  ...sched,
});
const IothreadSched = element("iothreadsched", "How I/O threads are scheduled.", {
  iothreads: attr(text, "Which: `1-2`."),
  ...sched,
});
const EmulatorSched = element("emulatorsched", "How QEMU's other threads are scheduled.", sched);
const time = (as: string, doc: string) => leaf(digits, doc, { as });
export const Cputune = element(
  "cputune",
  "What the guest gets of the host's processors.",
  {
    shares: leaf(digits, "Weight against other guests."),
    globalPeriod: time("global_period", "Microseconds in which `globalQuota` holds."),
    globalQuota: time("global_quota", "Microseconds of the whole guest in a period; -1 is no limit."),
    period: leaf(digits, "Microseconds in which `quota` holds."),
    quota: leaf(digits, "Microseconds of each virtual CPU in a period; -1 is no limit."),
    emulatorPeriod: time("emulator_period", "Microseconds in which `emulatorQuota` holds."),
    emulatorQuota: time("emulator_quota", "Microseconds of QEMU's other threads in a period."),
    iothreadPeriod: time("iothread_period", "Microseconds in which `iothreadQuota` holds."),
    iothreadQuota: time("iothread_quota", "Microseconds of the I/O threads in a period."),
    vcpupins: list(child(VcpuPin), (p) => p.vcpu, { once: "virtual CPU" }),
    emulatorpin: sole("cpuset", text, "The host's CPUs for QEMU's other threads."),
    iothreadpins: list(child(IothreadPin), (p) => p.iothread, { once: "I/O thread" }),
    vcpuscheds: list(child(VcpuSched), (s) => s.vcpus),
    iothreadscheds: list(child(IothreadSched), (s) => s.iothreads),
    emulatorsched: child(EmulatorSched, { since: "5.3.0" }),
    cachetunes: list(child(CacheTune), (c) => c.vcpus),
    memorytunes: list(child(MemoryTune), (m) => m.vcpus),
    energytunes: list(child(EnergyTune), (e) => e.vcpus),
  },
  { lands: "boot" },
);
const BlkioDevice = element(
  "device",
  "Limits on one of the host's disks.",
  {
    path: leaf(text, "Its path.", { required: true }),
    weight: leaf(natural, "Weight against other guests, from 10 to 1000."),
    readBytesSec: leaf(digits, "Bytes read a second.", { as: "read_bytes_sec" }),
    writeBytesSec: leaf(digits, "Bytes written a second.", { as: "write_bytes_sec" }),
    readIopsSec: leaf(digits, "Reads a second.", { as: "read_iops_sec" }),
    writeIopsSec: leaf(digits, "Writes a second.", { as: "write_iops_sec" }),
  },
  { named: "BlkioDevice" },
);
export const Blkiotune = element(
  "blkiotune",
  "What the guest gets of the host's disks.",
  {
    weight: leaf(natural, "Weight against other guests, from 10 to 1000."),
    devices: list(child(BlkioDevice), (d) => d.path),
  },
  { lands: "boot" },
);
const Poll = element(
  "poll",
  "How long a thread looks for work before it sleeps.",
  {
    max: attr(digits, "Nanoseconds at most."),
    grow: attr(digits, "Factor of growth."),
    shrink: attr(digits, "Divisor of shrinking."),
    weight: attr(natural, "How little a long wait counts for the next one: a shift.", { since: "12.7.0" }),
  },
  { named: "IothreadPoll", since: "9.4.0" },
);
export const Iothread = element(
  "iothread",
  "An I/O thread.",
  {
    id: attr(positive, "Its number.", { required: true }),
    threadPoolMin: attr(natural, "Threads of its pool at least.", { as: "thread_pool_min", since: "8.5.0" }),
    threadPoolMax: attr(natural, "Threads of its pool at most.", { as: "thread_pool_max", since: "8.5.0" }),
    poll: child(Poll),
  },
  { named: "Iothread" },
);
export const DefaultIothread = element(
  "defaultiothread",
  "Threads of QEMU's main loop.",
  {
    threadPoolMin: attr(natural, "At least.", { as: "thread_pool_min" }),
    threadPoolMax: attr(natural, "At most.", { as: "thread_pool_max" }),
  },
  { since: "8.5.0" },
);
export const Vcpu = element(
  "vcpu",
  "One virtual CPU.",
  {
    id: attr(natural, "Its number.", { required: true }),
    enabled: attr(yesNo, "Whether the guest has it."),
    hotpluggable: attr(yesNo, "Whether it can be taken away."),
    order: attr(positive, "When it is plugged in."),
  },
  { named: "VcpuState" },
);
export const HotplugMemory = element(
  "maxMemory",
  "How much memory modules can bring the guest to.",
  {
    value: body(size("KiB", 1n), "The memory at most, with all modules.", { required: true }),
    slots: attr(natural, "Slots for modules."),
  },
  { named: "HotplugMemory" },
);
