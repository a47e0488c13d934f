/** What is done on the running machine before its new definition is written, and after. */
import { asFailure } from "../../../failure";
import type { Host } from "../../../host/host";
import type { Run } from "../../../plugin/resource";
import { items, type Loose } from "../../values";
import { limitsOf, uncancelled } from "../../whereabouts";
import { liveXml } from "../libvirt";
import { counterpart, type Device, lacking, type Plan } from "../plan";
import { reading } from "../render";
import { called, plug, type Target, unplug, updateDevice } from "./plug";
import { setMemory, setMetadata, setVcpus, throttle } from "./values";

/** What becomes of changes that only a cold start brings. */
export type Policy = "restart" | "defer" | "fail";

/** The guest, or QEMU, would not, or not in libvirt's own time (`busy`): then it waits for a cold start. Anything else is an error. */
const unwilling = ["refused", "unsupported", "invalid", "busy"];

/**
 * Takes devices out; `taken` are those that went. A device that the guest does not let go of waits, or is an error where the policy
 * says so: then all of them are back.
 */
export async function before(run: Run, host: Host, target: Target, { unplug: gone }: Plan, policy: Policy) {
  const refused: string[] = [];
  const taken: Device[] = [];
  for (const one of gone)
    try {
      await unplug(run, host, target, one);
      taken.push(one);
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (!unwilling.includes(failure.code) || policy === "fail") {
        await giveBack(run, host, target, taken);
        throw failure;
      }
      run.log.warn(failure.message);
      refused.push(one.list);
    }
  return { refused, taken };
}

/** Devices whose going came to nothing are plugged in again, whatever ended it. */
export async function giveBack(run: Run, host: Host, target: Target, taken: readonly Device[]): Promise<void> {
  for (const one of taken)
    await plug(uncancelled(run), host, target, one).catch((thrown: unknown) =>
      run.log.warn(
        `domain ${target.name} on host ${host.name}: ${called(one)} was taken out and could not be given back: ${asFailure(thrown).problem}`,
      ),
    );
}

interface Now {
  readonly planned: Plan;
  /** The new definition, as libvirt completed it. */
  readonly persistent: Loose;
  /** The program's side of it. */
  readonly said: Loose;
}

/** Brings in and changes what can be while it runs. Failures do not keep the rest from being done. */
export async function after(run: Run, host: Host, target: Target, { planned, persistent, said }: Now) {
  const refused: string[] = [];
  const reasons: string[] = [];
  const attempt = async (waits: string, act: () => Promise<unknown>): Promise<void> => {
    await act().catch((thrown: unknown) => {
      const failure = asFailure(thrown).in({ object: `domain ${target.name}`, host: host.name });
      // A guest that takes no notice of a request is libvirt's own time-out, not the user's deadline.
      const ignored = failure.code === "timeout" && (run.deadline ?? Number.POSITIVE_INFINITY) > Date.now();
      if (ignored || unwilling.includes(failure.code)) {
        run.log.warn(failure.message);
        refused.push(waits);
      } else reasons.push(failure.message);
    });
  };
  for (const change of planned.metadata) await attempt(change.what, () => setMetadata(run, host, target, change));
  const { memory, vcpus } = planned;
  if (memory !== undefined) await attempt("memory", () => setMemory(run, host, target, memory));
  if (vcpus !== undefined) await attempt("vcpus", () => setVcpus(run, host, target, vcpus));
  for (const one of planned.throttle) await attempt("disks", () => throttle(run, host, target, one));
  for (const one of planned.update) await attempt(one.list, () => updateDevice(run, host, target, one));
  for (const one of await missing(run, host, target, planned.plug, persistent, said))
    await plug(run, host, target, one).catch((thrown: unknown) => {
      const failure = asFailure(thrown).in({ object: `domain ${target.name}`, host: host.name });
      reasons.push(`${called(one)} could not be plugged in: ${failure.message}`);
    });
  return { refused, reasons };
}

/** What is to be plugged in, with the places that its definition gives it; what is there already is not. */
async function missing(
  run: Run,
  host: Host,
  target: Target,
  planned: readonly Device[],
  persistent: Loose,
  said: Loose,
): Promise<Device[]> {
  const live = reading(await liveXml(host, target.uuid, target.name, limitsOf(run)));
  const wanted = planned.flatMap(({ list, device }): Device[] => {
    const defined = counterpart(list, device, items(persistent, list));
    const there = defined && counterpart(list, defined, items(live, list));
    return defined && (!there || list === "rngs") ? [{ list, device: defined }] : [];
  });
  const known = new Set(wanted.map(({ device }) => device));
  return [...wanted, ...lacking(live, persistent, said).filter(({ device }) => !known.has(device))];
}
