/** Memory, CPUs and metadata of a running machine. */
import type { Host } from "../../../host/host";
import type { Run } from "../../../plugin/resource";
import { limitsOf } from "../../whereabouts";
import { LIVE } from "../libvirt";
import type { MetadataChange } from "../plan";
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
