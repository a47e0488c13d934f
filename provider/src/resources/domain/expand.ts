/** Between the program's side of a domain and libvirt's: ceilings, and the devices that are properties rather than elements. */

import { at, items, type Loose, textAt } from "../values";
import { isSeed, seedDisk } from "./seed";

/** A device that is a property, so that it never shifts the indices of the program's own lists. */
interface Fitted {
  readonly property: string;
  readonly list: string;
  readonly device: Loose;
  readonly is: (device: Loose) => boolean;
}
const agentChannel = "org.qemu.guest_agent.0";
const fitted: readonly Fitted[] = [
  {
    property: "rng",
    list: "rngs",
    device: { model: "virtio", backend: { model: "random", value: "/dev/urandom" } },
    is: (rng) => textAt(rng, "backend", "value") === "/dev/urandom" || at(rng, "backend", "model") === "random",
  },
  {
    property: "agent",
    list: "channels",
    device: { type: "unix", target: { type: "virtio", name: agentChannel } },
    is: (channel) => textAt(channel, "target", "name") === agentChannel,
  },
  { property: "console", list: "serials", device: { type: "pty" }, is: (serial) => serial["type"] === "pty" },
  // Libvirt writes the first serial port a second time, and would make the port again of what is left here.
  {
    property: "console",
    list: "consoles",
    device: { type: "pty", target: { type: "serial", port: 0 } },
    is: (console) => console["type"] === "pty" && textAt(console, "target", "type") === "serial",
  },
];

/** The path of the cloud-init disc, where there is one. */
export interface Extras {
  readonly seed?: string | undefined;
}

/** What libvirt is to be told: of effective inputs in long form. */
export function expand(inputs: Loose, { seed }: Extras = {}): Loose {
  const out: Record<string, unknown> = { ...inputs, ...ceilings(inputs) };
  for (const { property, list, device } of fitted)
    if (inputs[property] === true) out[list] = [...items(inputs, list), device];
  if (seed !== undefined) {
    const disks = items(inputs, "disks");
    const taken = disks.map((disk) => textAt(disk, "target", "dev"));
    out["disks"] = [...disks, seedDisk(seed, taken)];
  }
  return out;
}

function ceilings(inputs: Loose): Loose {
  const { memory, maxMemory, currentMemory, vcpus, maxVcpus, currentVcpus } = inputs;
  return {
    memory: maxMemory ?? memory,
    currentMemory: currentMemory ?? memory,
    vcpus: maxVcpus ?? vcpus,
    ...(maxVcpus === undefined ? {} : { currentVcpus: currentVcpus ?? vcpus }),
  };
}

/** Libvirt's side as the program would say it: ceilings under our names, and without the devices that are properties. */
export function contract(value: Loose, inputs: Loose): Loose {
  const out: Record<string, unknown> = { ...value };
  for (const { property, list, is } of fitted) {
    if (inputs[property] !== true) continue;
    const all = items(value, list);
    const ours = all.find(is);
    const others = all.filter((device) => device !== ours);
    out[property] = (out[property] ?? true) === true && ours !== undefined;
    if (others.length > 0) out[list] = others;
    else delete out[list];
  }
  if (inputs["cloudInit"] !== undefined) {
    const disks = items(value, "disks").filter((disk) => !isSeed(disk));
    if (disks.length > 0) out["disks"] = disks;
    else delete out["disks"];
  }
  lower(out, inputs);
  return out;
}

/** Where the program speaks of a ceiling, `memory` and `vcpus` are what the guest has below it. */
function lower(out: Record<string, unknown>, inputs: Loose): void {
  const { memory, currentMemory, vcpus, currentVcpus } = out;
  if (inputs["maxMemory"] !== undefined) {
    out["maxMemory"] = memory;
    out["memory"] = currentMemory ?? memory;
    delete out["currentMemory"];
  } else if (currentMemory === undefined) out["currentMemory"] = memory;
  if (inputs["maxVcpus"] === undefined) return;
  out["maxVcpus"] = vcpus;
  out["vcpus"] = currentVcpus ?? vcpus;
  delete out["currentVcpus"];
}
