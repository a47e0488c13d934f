/** What virtual CPUs get of the host's caches and memory bandwidth (Intel RDT and its kin). */
import { attr, child, element, list, natural, oneOf, size, text } from "../vocabulary";

const vcpus = attr(text, "Virtual CPUs that it is for: `0-3`.");
const Allocation = element(
  "cache",
  "A part of one of the host's caches.",
  {
    id: attr(natural, "The host's number of the cache."),
    level: attr(natural, "Level of the cache: `3`."),
    type: attr(oneOf("both", "code", "data"), "What it holds."),
    size: attr(size("B"), "How much of it."),
  },
  { named: "CacheAllocation" },
);
const CacheMonitor = element(
  "monitor",
  "Counts how much of a cache virtual CPUs use.",
  { level: attr(natural, "Level of the cache."), vcpus },
  { named: "CacheMonitor", since: "4.10.0" },
);
export const CacheTune = element(
  "cachetune",
  "Parts of the host's caches that virtual CPUs have for themselves.",
  {
    vcpus,
    id: attr(text, "The host's name of the group.", { reported: true }),
    caches: list(child(Allocation), (c) => `${c.level}/${c.id}/${c.type}`),
    monitors: list(child(CacheMonitor), (m) => `${m.level}/${m.vcpus}`),
  },
  { named: "CacheTune", since: "4.1.0" },
);
const Monitor = element("monitor", "Counts what virtual CPUs use.", { vcpus }, { named: "ResourceMonitor" });
const MemoryNode = element(
  "node",
  "Bandwidth of one of the host's nodes.",
  {
    id: attr(natural, "The host's number of the node."),
    bandwidth: attr(natural, "Percent of it."),
  },
  { named: "MemoryTuneNode" },
);
export const MemoryTune = element(
  "memorytune",
  "Memory bandwidth that virtual CPUs have at most.",
  {
    vcpus,
    nodes: list(child(MemoryNode), (n) => n.id),
    monitors: list(child(Monitor), (m) => m.vcpus, { since: "5.3.0" }),
  },
  { named: "MemoryTune", since: "4.7.0" },
);
export const EnergyTune = element(
  "energytune",
  "Virtual CPUs whose use of energy is counted.",
  {
    vcpus,
    id: attr(text, "The host's name of the group.", { reported: true }),
    monitors: list(child(Monitor), (m) => m.vcpus),
  },
  { named: "EnergyTune", since: "12.4.0" },
);
