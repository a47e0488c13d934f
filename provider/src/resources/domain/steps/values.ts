/** Memory, CPUs and metadata of a running machine. */
import type { Host } from "../../../host/host";
import type { Run } from "../../../plugin/resource";
import { limitsOf } from "../../whereabouts";
import { LIVE } from "../libvirt";
import type { MetadataChange, Throttle } from "../plan";
import { deviceNode } from "../render";
import type { Target } from "./plug";

const about = (run: Run, { name }: Target) => ({ object: `domain ${name}`, ...limitsOf(run) });

/** By the balloon; `memory` in KiB. */
export async function setMemory(run: Run, host: Host, target: Target, memory: bigint): Promise<void> {
  run.log.status("changing its memory");
  await host.call("domainSetMemoryFlags", { dom: { uuid: target.uuid }, memory, flags: LIVE }, about(run, target));
}

export async function setVcpus(run: Run, host: Host, target: Target, nvcpus: number): Promise<void> {
  run.log.status("changing its CPUs");
  await host.call("domainSetVcpusFlags", { dom: { uuid: target.uuid }, nvcpus, flags: LIVE }, about(run, target));
}

/** Limits of a disk's throughput. */
export async function throttle(run: Run, host: Host, target: Target, { disk, limits }: Throttle): Promise<void> {
  run.log.status(`changing the limits of disk ${disk}`);
  // Libvirt's parameters are named as its elements are.
  const [iotune] = deviceNode("disks", { iotune: limits }).children;
  const params = (iotune?.children ?? []).map(({ name: field, text }) =>
    field === "group_name"
      ? ({ field, type: "string", value: text } as const)
      : ({ field, type: "ullong", value: BigInt(text) } as const),
  );
  await host.call(
    "domainSetBlockIoTune",
    { dom: { uuid: target.uuid }, disk, params, flags: LIVE },
    about(run, target),
  );
}

/** virDomainMetadataType */
const types = { description: 0, title: 1, element: 2 } as const;
/** Libvirt demands a prefix for elements of other name spaces. */
const prefix = "doc";

export async function setMetadata(run: Run, host: Host, target: Target, change: MetadataChange): Promise<void> {
  const { what, uri, value } = change;
  await host.call(
    "domainSetMetadata",
    {
      dom: { uuid: target.uuid },
      type: types[what],
      metadata: value,
      key: what === "element" && value !== undefined ? prefix : undefined,
      uri,
      flags: LIVE,
    },
    about(run, target),
  );
}
