/** What the program leaves open about disks and network cards: names, addresses, buses. What was assigned once stays. */

import { type Guest, guests, resources } from "../../model";
import type { Bag, Value } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { long } from "../../vocabulary";
import type { Identity } from "../owner";
import { at, fingerprint, isLoose, items, type Loose, same, textAt } from "../values";

const Domain = resources.Domain.inputs;

/** For each new element, the old one that it is; by what identifies it, then by its contents, then by its place. */
export function partners(news: readonly Loose[], olds: readonly Loose[], family: Family): (Loose | undefined)[] {
  const found: (Loose | undefined)[] = news.map(() => undefined);
  const free = new Set(olds);
  const keysClash = (a: Loose, b: Loose): boolean =>
    family.keys.some((key) => {
      const [x, y] = [key(a), key(b)];
      return x !== undefined && y !== undefined && x !== y;
    });
  const join = (same: (a: Loose, b: Loose) => boolean): void => {
    for (const [i, item] of news.entries()) {
      if (found[i] || free.size === 0) continue;
      const partner = [...free].find((old) => !keysClash(item, old) && same(item, old));
      if (!partner) continue;
      found[i] = partner;
      free.delete(partner);
    }
  };
  for (const key of family.keys) join((a, b) => key(a) !== undefined && key(a) === key(b));
  const bare = new Map([...news, ...olds].map((item) => [item, family.bare(item)]));
  const alike = (a: Loose, b: Loose): boolean => same(bare.get(a), bare.get(b));
  join((a, b) => alike(a, b) && says(b, a));
  join(alike);
  join((a, b) => family.source(a) !== undefined && family.source(a) === family.source(b));
  join(() => true);
  return found;
}

/** Whether all that `part` says is so in `whole`. */
const says = (whole: unknown, part: unknown): boolean =>
  isLoose(whole) && isLoose(part)
    ? Object.entries(part).every(([name, value]) => says(whole[name], value))
    : same(whole, part);

interface Family {
  /** What a program may say that identifies an element. */
  readonly keys: readonly ((item: Loose) => string | undefined)[];
  /** The element without what is assigned. */
  readonly bare: (item: Loose) => Loose;
  /** What is at the other end. */
  readonly source: (item: Loose) => string | undefined;
}
function without(item: Loose, ...names: string[]): Loose {
  const out: Record<string, unknown> = {};
  for (const name of Object.keys(item)) if (!names.includes(name)) out[name] = item[name];
  return out;
}
const alias = (item: Loose): string | undefined => textAt(item, "alias");

const disks: Family = {
  keys: [alias, (d) => textAt(d, "target", "dev")],
  bare: (d) => {
    const target = without(isLoose(d["target"]) ? d["target"] : {}, "dev", "bus");
    const driver = without(isLoose(d["driver"]) ? d["driver"] : {}, "discard");
    return { ...without(d, "target", "driver"), target, driver };
  },
  source: (d) =>
    isLoose(d["source"]) && !Object.values(d["source"]).includes(unknown) ? fingerprint(d["source"]) : undefined,
};
const interfaces: Family = {
  keys: [alias, (n) => textAt(n, "mac")?.toLowerCase()],
  bare: (n) => without(n, "mac", "model"),
  source: (n) =>
    isLoose(n["source"]) && !Object.values(n["source"]).includes(unknown) ? fingerprint(n["source"]) : undefined,
};

/** The device names of each bus: `vda`, `vdb`, … */
const prefixes: Readonly<Record<string, string>> = {
  virtio: "vd",
  scsi: "sd",
  sata: "sd",
  usb: "sd",
  ide: "hd",
  fdc: "fd",
  xen: "xvd",
};
const letters = (n: number): string =>
  (n >= 26 ? letters(Math.floor(n / 26) - 1) : "") + String.fromCharCode(97 + (n % 26));
function freeName(prefix: string, taken: ReadonlySet<string>): string {
  for (let n = 0; ; n++) if (!taken.has(prefix + letters(n))) return prefix + letters(n);
}
function busOf({ device }: Loose, guest: Guest): string {
  if (device === "cdrom") return guest.drive;
  if (device === "floppy") return "fdc";
  return device === "lun" ? "scsi" : guest.disk;
}
/** The bus of a disk whose name the program gave without one. */
const busOfName = (name: string | undefined): string | undefined => {
  const prefix = /^(vd|sd|hd|fd|xvd)[a-z]+$/.exec(name ?? "")?.[1];
  return Object.entries(prefixes).find(([, known]) => known === prefix)?.[0];
};

export interface Assignment {
  readonly identity: Identity;
  /** What the guest has drivers for: that fills what the program leaves open. Undefined for `preset: "none"`. */
  readonly guest: Guest | undefined;
}

/** The list with what the program left open, in the program's own spelling otherwise. */
export function assignDisks(news: Value, olds: Bag | undefined, { guest }: Assignment): Value {
  if (!Array.isArray(news)) return news;
  const said = items(long(Domain, { disks: news } as never) as Loose, "disks");
  if (said.length !== news.length) return news;
  const before = partners(
    said,
    items(long(Domain, { disks: olds?.["disks"] ?? [] } as never) as Loose, "disks"),
    disks,
  );
  const plans = said.map((disk, i) => {
    const old = before[i];
    const named = textAt(disk, "target", "dev");
    const given = at(disk, "target", "bus") ?? at(old, "target", "bus");
    const bus = given ?? busOfName(named) ?? busOf(disk, guest ?? guests.linux);
    const kept = textAt(old, "target", "dev");
    const moved = textAt(old, "target", "bus") !== undefined && textAt(old, "target", "bus") !== bus;
    return { disk, old, bus, busOpen: given === undefined, dev: named ?? (moved ? undefined : kept) };
  });
  const taken = new Set(plans.flatMap(({ dev }) => dev ?? []));
  return news.map((disk, i) => {
    const plan = plans[i];
    if (!plan) return disk;
    const dev = plan.dev ?? freeName(prefixes[String(plan.bus)] ?? "vd", taken);
    taken.add(dev);
    const said = isLoose(disk) ? (disk["target"] as Bag | undefined) : {};
    // Without defaults libvirt takes the bus from the name.
    const named = guest === undefined && plan.busOpen && said?.["dev"] !== undefined;
    const target = { ...said, dev, ...(named ? {} : { bus: plan.bus }) };
    return { ...(disk as Bag), target, ...driverOf(plan.disk, plan.old, guest !== undefined) } as unknown as Value;
  });
}

/** Space that the guest frees goes back to the host, unless the program says otherwise. */
function driverOf(disk: Loose, old: Loose | undefined, defaults: boolean): Bag {
  const driver = (disk["driver"] ?? {}) as Bag | typeof unknown;
  const hard = (disk["device"] ?? "disk") === "disk";
  if (driver === unknown || driver["discard"] !== undefined || !hard) return {};
  const discard = old ? at(old, "driver", "discard") : defaults ? "unmap" : undefined;
  return discard === undefined ? {} : { driver: { ...driver, discard } as Bag };
}

/** Cards that libvirt gives no model of its own. */
const modelless = ["hostdev", "vdpa"];

export function assignInterfaces(news: Value, olds: Bag | undefined, { identity, guest }: Assignment): Value {
  if (!Array.isArray(news)) return news;
  const lengthened = (list: unknown): readonly Loose[] =>
    items(long(Domain, { interfaces: list } as never) as Loose, "interfaces");
  const said = lengthened(news);
  if (said.length !== news.length) return news;
  const known = lengthened(olds?.["interfaces"] ?? []);
  const before = partners(said, known, interfaces);
  const taken = new Set([...said, ...known].flatMap((nic) => textAt(nic, "mac")?.toLowerCase() ?? []));
  let nth = 0;
  const fresh = (): string => {
    for (;;) {
      const mac = identity.mac(nth++);
      if (!taken.has(mac)) return mac;
    }
  };
  return news.map((nic, i) => {
    const old = before[i];
    const item = said[i] ?? {};
    const mac = item["mac"] ?? old?.["mac"] ?? fresh();
    const usual = modelless.includes(String(item["type"])) ? undefined : guest?.card;
    const model = item["model"] ?? (old ? old["model"] : usual);
    return { ...(nic as Bag), mac, ...(model === undefined ? {} : { model }) } as unknown as Value;
  });
}
