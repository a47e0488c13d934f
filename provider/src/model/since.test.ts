/** Whether the declarations name the releases of libvirt that brought things, as the schemas of its releases since 3.0 have it. */
import { type Element, elementOf, type Field, isShort, type Shape } from "../vocabulary/element";
import { byRelease, find, history } from "./testing/history";
import { roots } from "./testing/roots";

const documented = "libvirt's documentation or release notes name an earlier release than its schema";
const late = "libvirt read or wrote it before its schema had it, and nobody says since when";
const shared = "belongs to kinds of sources, each of which says itself since when";
/** Where the schemas' history is not that of libvirt. */
const unlike: Readonly<Record<string, string>> = {
  "capabilities/guest/arch/@name=armv6l": late,
  "capabilities/host/cpu/arch/text()=armv6l": late,
  "capabilities/host/cpu/counter": late,
  "capabilities/host/cpu/microcode": late,
  "capabilities/host/migration_features/uri_transports/uri_transport/text()=rdma": late,
  "capabilities/host/migration_features/uri_transports/uri_transport/text()=vpxmigr": late,
  "capabilities/host/migration_features/uri_transports/uri_transport/text()=vzmigr": late,
  "device/capability/@type=scsi_generic": late,
  "device/capability/capability/@type=vport_ops": late,
  "device/capability/capability/type/deviceAPI/text()=vfio-ap": late,
  "device/capability/capability/type/deviceAPI/text()=vfio-ccw": late,
  "device/capability/char": late,
  "device/capability/logical_block_size": late,
  "device/capability/num_blocks": late,
  "device/capability/parent_addr": documented,
  "domain/cputune/cachetune/@id": late,
  "domain/cputune/memorytune/monitor": documented,
  "domain/devices/disk/source/@path": shared,
  "domain/devices/disk/source/@type": shared,
  "domain/devices/disk/source/@type=unix": shared,
  "domain/devices/disk/source/address": shared,
  "domain/devices/disk/source/reconnect": shared,
  "domain/devices/graphics/@powerControl": documented,
  "domain/devices/interface/backend/@type=default": documented,
  "domain/devices/interface/driver/@name=xen": late,
  "domain/devices/interface/target/@managed": documented,
  "domain/devices/shmem/@role": documented,
  "domain/devices/tpm/backend/@debug": documented,
  "domain/features/vmcoreinfo/@state": "the element alone says the same, and is older than its attribute",
  "domain/os/type/@arch=armv6l": late,
  "domain/{http://libvirt.org/schemas/domain/bhyve/1.0}commandline": documented,
  "domain/{http://libvirt.org/schemas/domain/vmware/1.0}datacenterpath": late,
  "domainCapabilities/devices/interface": documented,
  "domainCapabilities/devices/panic": documented,
  "domainCapabilities/features/ps2": documented,
  "domainCapabilities/features/sev/cpu0Id": documented,
  "domainsnapshot/inactiveDomain": late,
  "domainsnapshot/revertDisks/disk": "the schema had it before the daemon read it",
  "volume/backingStore/timestamps": late,
  "volume/physical": late,
};

/** Declared elements that are documents' roots, by name. */
const declared = new Map(Object.values(roots).flatMap(({ of }) => (of ? [[of.name, of] as const] : [])));
function lookUp(path: string): ReturnType<typeof find> {
  const of = declared.get(path.slice(0, path.indexOf("/")));
  return of && find(of, path);
}

test("what a release brought is said to be there since that release", () => {
  const wrong = history.flatMap(({ path, after, by }) => {
    const found = lookUp(path);
    const since = found?.since ?? "0.0.0";
    const isRight = byRelease(since, after) > 0 && byRelease(since, by) <= 0;
    const says = found ? `declared ${found.since ?? "without a release"}` : "not declared";
    return isRight !== path in unlike ? [] : `${path}: after ${after}, by ${by}, ${says}`;
  });
  expect(wrong).toEqual([]);
});

interface Named {
  readonly field: Field<unknown>;
  /** Empty where the property itself is meant. */
  readonly word: string;
  readonly at: string;
}
/** Each release that a declaration names. */
function named(of: Element<Shape>, at: string, seen: Set<unknown>): Named[] {
  if (seen.has(of.shape)) return [];
  seen.add(of.shape);
  return Object.entries(of.shape).flatMap(([key, field]) => {
    if (field.own || isShort(field) || seen.has(field.place)) return [];
    seen.add(field.place);
    const inner = elementOf(field);
    const path = `${at}.${key}`;
    // A name space is no element: what it says of its properties is theirs.
    const own = field.place.at === "group" ? [] : releasesOf(field, path);
    return [...own, ...(inner ? named(inner, path, seen) : [])];
  });
}
const newest =
  history
    .map(({ by }) => by)
    .sort(byRelease)
    .at(-1) ?? "";
function releasesOf(field: Field<unknown>, at: string): Named[] {
  const { since, wordsSince = {} } = field.facts;
  return [["", since] as const, ...Object.entries(wordsSince)].flatMap(([word, version]) =>
    version !== undefined && byRelease(version, newest) <= 0
      ? [{ field, word, at: `${at}${word && `=${word}`} since ${version}` }]
      : [],
  );
}

test("no release is named that the history does not show", () => {
  const shown = new Map<unknown, Set<string>>();
  for (const { path } of history) {
    const found = lookUp(path);
    if (found) shown.set(found.field.place, (shown.get(found.field.place) ?? new Set()).add(found.word ?? ""));
  }
  const seen = new Set<unknown>();
  const unshown = [...declared.values()]
    .flatMap((of) => named(of, of.name, seen))
    .filter(({ field, word }) => !shown.get(field.place)?.has(word))
    .map(({ at }) => at);
  // Libvirt wrote aliases before; since then a program may say them.
  expect(unshown).toEqual(["domain.disks.alias since 3.9.0"]);
});
