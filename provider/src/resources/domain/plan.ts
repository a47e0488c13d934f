/** How the way from today's machine to the wanted one is gone while it runs. Pure. */
import { resources } from "../../model";
import { bytes, type Change, diff, merge } from "../../vocabulary";
import { pair } from "../../vocabulary/pair";
import { at, isLoose, items, type Loose, textAt } from "../values";
import { withScsi } from "./defaults";

const Domain = resources.Domain.inputs;

export interface Device {
  readonly list: string;
  readonly device: Loose;
}
export interface MetadataChange {
  readonly what: "title" | "description" | "element";
  readonly uri?: string;
  /** Undefined takes it away. */
  readonly value?: string | undefined;
}
/** What is to be done on the running machine. Devices are as the running machine has them, or as it shall have them. */
export interface Plan {
  readonly unplug: readonly Device[];
  /** By their place in the wanted machine. */
  readonly plug: readonly Device[];
  readonly update: readonly Device[];
  /** Limits of disks, which have a call of their own: the one that changes devices refuses them. */
  readonly throttle: readonly Throttle[];
  /** KiB. */
  readonly memory: bigint | undefined;
  readonly vcpus: number | undefined;
  readonly metadata: readonly MetadataChange[];
  /** Properties that only a cold start brings. */
  readonly boot: readonly string[];
  /** Whether the persistent definition changes at all. */
  readonly changes: boolean;
}

export interface Throttle {
  readonly disk: string;
  /** Those of before that are no more are 0, or the disk would keep them. */
  readonly limits: Loose;
}

interface Draft {
  unplug: Device[];
  plug: Device[];
  update: Device[];
  throttle: Throttle[];
  memory?: bigint;
  vcpus?: number;
  metadata: MetadataChange[];
  boot: Set<string>;
}

export function plan(live: Loose, today: Loose, desired: Loose): Plan {
  const changes = diff(Domain, today as never, desired as never);
  const wantedLive = merge(Domain, live as never, today as never, desired as never) as Loose;
  const draft: Draft = { unplug: [], plug: [], update: [], throttle: [], metadata: [], boot: new Set() };
  for (const group of byDevice(changes)) {
    const [first] = group;
    if (!first) continue;
    if (typeof first.path[1] === "number") planDevice(draft, group, live, wantedLive, today, desired);
    else for (const change of group) planProperty(draft, change, live, desired);
  }
  return {
    ...draft,
    memory: draft.memory,
    vcpus: draft.vcpus,
    boot: [...draft.boot],
    changes: changes.length > 0,
  };
}

/** A machine with exactly what the program changed. */
export function merged(today: Loose, was: Loose, want: Loose): Loose {
  // Libvirt leaves away what it takes for granted: without it, a raised ceiling would bring all of its CPUs.
  const spoken = want["currentVcpus"] === undefined ? today : { currentVcpus: today["vcpus"], ...today };
  return withScsi(merge(Domain, spoken as never, was as never, want as never) as Loose);
}

/** Changes inside one device are made together. */
function byDevice(changes: readonly Change[]): Change[][] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const [list, index] = change.path;
    const whole = change.path.length === 2 && change.kind === "delete";
    const key = typeof index === "number" ? `${list}/${whole ? "gone" : ""}${index}` : String(list);
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()];
}

/** The element of `among` that is this device. */
export function counterpart(list: string, device: Loose, among: readonly Loose[]): Loose | undefined {
  const field = Domain.shape[list as keyof typeof Domain.shape];
  const found = pair(field as never, [device], among).find(([i, j]) => i === 0 && j >= 0);
  return found ? among[found[1]] : undefined;
}

/** Drives come and go with the machine only; of their medium and of some buses the same is true the other way round. */
const isDrive = (disk: Loose): boolean => disk["device"] === "cdrom" || disk["device"] === "floppy";
const coldBuses = ["ide", "fdc", "sata"];
const pluggable = ({ list, device }: Device): boolean =>
  list !== "disks" || !(isDrive(device) || coldBuses.includes(String(at(device, "target", "bus"))));

function planDevice(
  draft: Draft,
  group: readonly Change[],
  live: Loose,
  wantedLive: Loose,
  today: Loose,
  desired: Loose,
): void {
  const [change] = group;
  const [list, index] = [String(change?.path[0]), Number(change?.path[1])];
  const gone = change?.kind === "delete" && change.path.length === 2;
  const device = items(gone ? today : desired, list)[index];
  if (!change || !device) return;
  const there = counterpart(list, device, items(live, list));
  if (gone) {
    if (!there) return;
    if (change.lands !== "plug" || !pluggable({ list, device })) draft.boot.add(list);
    else draft.unplug.push({ list, device: there });
    return;
  }
  if (!there) {
    if (!pluggable({ list, device }) || !plugs(list)) draft.boot.add(list);
    else draft.plug.push({ list, device });
    return;
  }
  if (change.path.length === 2) return;
  const replugs = (lands: string): boolean => lands === "plug" || (lands === "media" && !isDrive(device));
  if (group.some(({ lands }) => !["plug", "media", "update"].includes(lands))) draft.boot.add(list);
  else if (group.some(({ lands }) => replugs(lands))) {
    if (!pluggable({ list, device })) draft.boot.add(list);
    else {
      draft.unplug.push({ list, device: there });
      draft.plug.push({ list, device });
    }
  } else {
    const wanted = counterpart(list, device, items(wantedLive, list)) ?? device;
    const limits = group.filter(({ path }) => list === "disks" && path[2] === "iotune");
    if (limits.length > 0) draft.throttle.push(throttle(there, wanted));
    if (limits.length === group.length) return;
    // What lies under the old medium is not under the new one.
    const { backingStore: _, ...renewed } = wanted;
    draft.update.push({ list, device: group.some(({ lands }) => lands === "media") ? renewed : wanted });
  }
}
/** All limits of the disk at once: libvirt takes those of one kind together. */
function throttle(there: Loose, wanted: Loose): Throttle {
  const [was, is] = [there, wanted].map(({ iotune }) => (isLoose(iotune) ? iotune : {})) as [Loose, Loose];
  const numbers = Object.keys(was).filter((name) => name !== "groupName");
  const none = Object.fromEntries(numbers.map((name) => [name, "0"]));
  return { disk: textAt(wanted, "target", "dev") ?? "", limits: { ...none, ...is } };
}
const plugs = (list: string): boolean => Domain.shape[list as keyof typeof Domain.shape]?.facts.lands === "plug";

const kib = (size: unknown): bigint | undefined => {
  const all = typeof size === "string" ? bytes(size) : undefined;
  return all === undefined ? undefined : all / 1024n;
};

function planProperty(draft: Draft, { path, lands, to }: Change, live: Loose, desired: Loose): void {
  const name = String(path[0]);
  if (lands === "setMemory") {
    const [now, most] = [kib(desired["currentMemory"] ?? desired["memory"]), kib(live["memory"])];
    const ceiling = kib(desired["memory"]);
    if (now === undefined || most === undefined || ceiling === undefined) return;
    if (now > most || ceiling > most) draft.boot.add("memory");
    if (now <= most && now !== kib(live["currentMemory"] ?? live["memory"])) draft.memory = now;
  } else if (lands === "setVcpus") {
    const [now, most] = [desired["currentVcpus"] ?? desired["vcpus"] ?? 1, live["vcpus"] ?? 1];
    const ceiling = desired["vcpus"] ?? 1;
    if (typeof now !== "number" || typeof most !== "number" || typeof ceiling !== "number") return;
    if (now > most || ceiling > most) draft.boot.add("vcpus");
    if (now <= most && now !== (live["currentVcpus"] ?? most)) draft.vcpus = now;
  } else if (lands === "setMetadata") draft.metadata.push(...metadataChanges(name, path[1], to, desired));
  else if (lands === "boot" || lands === "plug" || lands === "update") draft.boot.add(name);
}
function metadataChanges(name: string, uri: unknown, to: unknown, desired: Loose): MetadataChange[] {
  const value = typeof to === "string" ? to : undefined;
  if (name === "title" || name === "description") return [{ what: name, value }];
  if (typeof uri === "string") return [{ what: "element", uri, value }];
  const all = isLoose(desired["metadata"]) ? desired["metadata"] : {};
  return Object.entries(all).map(([one, xml]) => ({ what: "element", uri: one, value: String(xml) }));
}

/** Devices of the program's that the running machine lacks though its definition has them: an earlier update broke off. */
export function lacking(live: Loose, desired: Loose, said: Loose): Device[] {
  return ["disks", "interfaces"].flatMap((list) =>
    items(said, list).flatMap((mine): Device[] => {
      const device = counterpart(list, mine, items(desired, list));
      const there = device && counterpart(list, device, items(live, list));
      return device && !there && pluggable({ list, device }) ? [{ list, device }] : [];
    }),
  );
}
