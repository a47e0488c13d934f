/** How a network's definition of today becomes the wanted one: entry by entry while guests go on, or by a restart. */
import { canonical, type Node, node, print } from "../../xml";

/** `virNetworkUpdateCommand`. */
export const command = { modify: 1, delete: 2, addLast: 3 } as const;
/** `virNetworkUpdateSection`. */
export const section = {
  dhcpHost: 4,
  dhcpRange: 5,
  forwardInterface: 7,
  portgroup: 9,
  dnsHost: 10,
  dnsTxt: 11,
  dnsSrv: 12,
} as const;

export interface Update {
  readonly command: (typeof command)[keyof typeof command];
  readonly section: (typeof section)[keyof typeof section];
  /** Which `<ip>` it belongs to; -1 where that does not matter. */
  readonly parentIndex: number;
  readonly xml: string;
}
export interface Plan {
  /** Where the definition is written as a whole, they are for the running network alone. */
  readonly updates: readonly Update[];
  /** The definition must be written as a whole, because it differs in what no update can change. */
  readonly define: boolean;
  /** What differs shows only after the network was stopped and started. */
  readonly restart: boolean;
}

interface Place {
  readonly section: Update["section"];
  /** From `<network>` to the entries. */
  readonly path: readonly [string, ...string[]];
  /** Entries of one key can be modified in place; undefined where libvirt knows no modification. */
  readonly key?: (entry: Node) => string | undefined;
}
/** What `virNetworkUpdate` can do; it refuses all else (bridge, domain, ip, forward, bandwidth). */
const places: readonly Place[] = [
  { section: section.portgroup, path: ["portgroup"], key: ({ attrs }) => attrs["name"] },
  { section: section.forwardInterface, path: ["forward", "interface"] },
  { section: section.dnsHost, path: ["dns", "host"] },
  { section: section.dnsTxt, path: ["dns", "txt"] },
  { section: section.dnsSrv, path: ["dns", "srv"] },
  { section: section.dhcpRange, path: ["ip", "dhcp", "range"] },
  { section: section.dhcpHost, path: ["ip", "dhcp", "host"], key: ({ attrs }) => attrs["mac"] },
];
/** Changes of these never reach a guest or dnsmasq, so nothing restarts for them. */
const quiet = new Set(["title", "description", "metadata", "uuid"]);

export function plan(today: Node, wanted: Node): Plan {
  const [before, after] = [today, wanted].map((n) => stripped(n, [])) as [Node, Node];
  const define = canonical(before) !== canonical(after);
  const restart = define && canonical(loud(before)) !== canonical(loud(after));
  // What starts anew has all of it from its definition.
  const updates = restart ? [] : ordered(places.flatMap((place) => updatesAt(place, today, wanted)));
  return { updates, define, restart };
}

/** What is taken away makes room for what comes: two entries of one address never stand together. */
const ordered = (updates: readonly Update[]): Update[] =>
  [command.delete, command.modify, command.addLast].flatMap((one) => updates.filter((u) => u.command === one));

const loud = (n: Node): Node =>
  node(
    n.name,
    n.attrs,
    n.children.filter((c) => !quiet.has(c.name)),
  );

/** Without the entries that an update can change, and without the containers that are empty then. */
function stripped(n: Node, path: readonly string[]): Node {
  const children = n.children.flatMap((c) => {
    const at = [...path, c.name];
    if (places.some((place) => place.path.join("/") === at.join("/"))) return [];
    const left = stripped(c, at);
    const container = places.some((place) => place.path.join("/").startsWith(`${at.join("/")}/`));
    return container && left.children.length === 0 && Object.keys(left.attrs).length === 0 ? [] : [left];
  });
  return node(n.name, n.attrs, children, n.text);
}

function updatesAt(place: Place, today: Node, wanted: Node): Update[] {
  const [was, want] = [today, wanted].map((n) => entries(n, place.path));
  const count = Math.max(was?.length ?? 0, want?.length ?? 0);
  return Array.from({ length: count }).flatMap((_, i) =>
    changes(place, was?.[i] ?? [], want?.[i] ?? []).map(([command, entry]) => ({
      command,
      section: place.section,
      parentIndex: place.path[0] === "ip" ? i : -1,
      xml: print(entry),
    })),
  );
}
/** The entries under each parent: `<ip>` may stand there more than once. */
function entries(n: Node, path: readonly string[]): Node[][] {
  const [first = "", ...rest] = path;
  const named = n.children.filter(({ name }) => name === first);
  if (first !== "ip") return [deep(n, path)];
  return named.map((one) => deep(one, rest));
}
function deep(n: Node, [first, ...rest]: readonly string[]): Node[] {
  const named = n.children.filter(({ name }) => name === first);
  return rest.length === 0 ? named : named.flatMap((one) => deep(one, rest));
}

function changes({ key }: Place, was: readonly Node[], want: readonly Node[]): [Update["command"], Node][] {
  const same = (list: readonly Node[], entry: Node): boolean => list.some((n) => canonical(n) === canonical(entry));
  const gone = was.filter((entry) => !same(want, entry));
  const come = want.filter((entry) => !same(was, entry));
  const twin = (list: readonly Node[], entry: Node): boolean =>
    key?.(entry) !== undefined && list.some((n) => key(n) === key(entry));
  return [
    ...gone.filter((entry) => !twin(come, entry)).map((entry): [Update["command"], Node] => [command.delete, entry]),
    ...come.map((entry): [Update["command"], Node] => [twin(gone, entry) ? command.modify : command.addLast, entry]),
  ];
}
