/** Devices come to a running machine and go from it. */
import { asFailure, Failure } from "../../../failure";
import type { Host } from "../../../host/host";
import type { EventName, EventOf } from "../../../libvirt";
import type { Run } from "../../../plugin/resource";
import { print } from "../../../xml";
import { items, textAt } from "../../values";
import { limitsOf } from "../../whereabouts";
import { LIVE, liveXml } from "../libvirt";
import { counterpart, type Device } from "../plan";
import { deviceNode, reading } from "../render";

export interface Target {
  readonly uuid: string;
  readonly name: string;
}
const about = (run: Run, { name }: Target) => ({ object: `domain ${name}`, ...limitsOf(run) });

/** A guest that does not answer within this long will not: one that still boots is given its time. */
const patience = 30_000;

/** What a person calls it. */
export const called = ({ list, device }: Device): string =>
  `${list.replace(/s$/, "")} ${textAt(device, "target", "dev") ?? textAt(device, "mac") ?? textAt(device, "target", "name") ?? textAt(device, "alias") ?? ""}`.trim();

/** Asks the guest to let go of it and waits until it did. `refused` when it would not. */
export async function unplug(run: Run, host: Host, target: Target, one: Device): Promise<void> {
  const dom = { uuid: target.uuid };
  const alias = textAt(one.device, "alias");
  let refused = false;
  const mine = (event: EventOf<EventName>): boolean =>
    "dom" in event && event.dom.uuid === target.uuid && "devAlias" in event && event.devAlias === alias;
  const off = await host.on("domainDeviceRemovalFailed", (event) => {
    if (mine(event)) refused = true;
  });
  run.log.status(`unplugging ${called(one)}`);
  try {
    await host.call(
      "domainDetachDeviceFlags",
      { dom, xml: print(deviceNode(one.list, one.device)), flags: LIVE },
      about(run, target),
    );
    const deadline = Math.min(run.deadline ?? Number.POSITIVE_INFINITY, Date.now() + patience);
    const look = async (): Promise<true | undefined> => {
      if (refused) throw notLetGo(host, target, one, "the guest refuses to let go of it");
      const live = reading(await liveXml(host, target.uuid, target.name, limitsOf(run)));
      return items(live, one.list).some((device) => sameDevice(one, device)) ? undefined : true;
    };
    const events = ["domainDeviceRemoved", "domainDeviceRemovalFailed"] as const;
    await host.until(events, look, { ...about(run, target), concerns: mine, deadline });
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.code === "timeout" && (run.deadline ?? Number.POSITIVE_INFINITY) > Date.now())
      throw notLetGo(host, target, one, `the guest has not let go of it within ${patience / 1000} s`);
    throw failure;
  } finally {
    off();
  }
}
const notLetGo = (host: Host, target: Target, one: Device, why: string): Failure =>
  new Failure("refused", `${called(one)} could not be unplugged: ${why}`, {
    object: `domain ${target.name}`,
    host: host.name,
  });
const sameDevice = ({ list, device }: Device, other: Device["device"]): boolean => {
  const alias = textAt(device, "alias");
  return alias === undefined ? counterpart(list, device, [other]) !== undefined : textAt(other, "alias") === alias;
};

/** Plugs it in at the place where the next start will have it, if that is free. */
export async function plug(run: Run, host: Host, target: Target, { list, device }: Device): Promise<void> {
  run.log.status(`plugging in ${called({ list, device })}`);
  const attach = (xml: string): Promise<unknown> =>
    host.call("domainAttachDeviceFlags", { dom: { uuid: target.uuid }, xml, flags: LIVE }, about(run, target));
  const { address: _, ...anywhere } = device;
  try {
    await attach(print(deviceNode(list, device)));
  } catch (thrown) {
    if (device["address"] === undefined || !/address|slot|already in use|busy/i.test(asFailure(thrown).problem))
      throw thrown;
    await attach(print(deviceNode(list, anywhere)));
  }
}

/** Changes what can be changed of a device while it is in use: a medium, a limit, a cable. */
export async function updateDevice(run: Run, host: Host, target: Target, { list, device }: Device): Promise<void> {
  run.log.status(`changing ${called({ list, device })}`);
  const xml = print(deviceNode(list, device));
  await host.call("domainUpdateDeviceFlags", { dom: { uuid: target.uuid }, xml, flags: LIVE }, about(run, target));
}
