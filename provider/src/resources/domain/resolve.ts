/** The only step between inputs and model that asks a host: volumes become paths, networks and their filters are looked for. */
import { asFailure, Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { child, type Node, parse } from "../../xml";
import { isLoose, items, type Loose, textAt } from "../values";
import type { HostFacts } from "./defaults";
import { treeOf } from "./tellings";

/** What of a volume a domain's XML says. */
export interface Place {
  readonly type: "file" | "block";
  readonly path: string;
  /** As QEMU calls it. */
  readonly format: string;
}
export type Places = ReadonlyMap<string, Place>;

const volumeId = (disk: Loose): string | undefined => {
  const [pool, volume] = [textAt(disk, "source", "pool"), textAt(disk, "source", "volume")];
  return disk["type"] === "volume" && pool !== undefined && volume !== undefined ? `${pool}/${volume}` : undefined;
};
const networkOf = (nic: Loose): string | undefined =>
  nic["type"] === "network" ? textAt(nic, "source", "network") : undefined;
const distinct = (names: readonly (string | undefined)[]): string[] => [
  ...new Set(names.filter((name) => name !== undefined)),
];
export const volumesOf = (value: Loose): string[] => distinct(items(value, "disks").map(volumeId));
export const networksOf = (value: Loose): string[] => distinct(items(value, "interfaces").map(networkOf));
/** The filters that its cards' packets pass. */
export const filtersOf = (value: Loose): string[] =>
  distinct(items(value, "interfaces").map((card) => textAt(card, "filterref", "filter")));

/** Where these volumes are. One that does not exist is an error that names it. */
export async function findVolumes(host: Host, ids: readonly string[], limits: Limits): Promise<Places> {
  const found = await Promise.all(ids.map(async (id) => [id, await placeOf(host, id, limits)] as const));
  return new Map(found);
}
async function placeOf(host: Host, id: string, limits: Limits): Promise<Place> {
  const slash = id.indexOf("/");
  const vol = { pool: id.slice(0, slash), name: id.slice(slash + 1) };
  const object = `volume ${id}`;
  const { xml } = await host.call("storageVolGetXmlDesc", { vol }, { object, ...limits }).catch((thrown: unknown) => {
    throw absent(thrown, "It is a disk of this domain: make it in the same program, or correct `disks`");
  });
  return place(parse(xml), object, host.name);
}
const absent = (thrown: unknown, remedy: string): Failure => {
  const failure = asFailure(thrown);
  return failure.code === "missing"
    ? new Failure("missing", failure.problem, { ...failure.circumstances, remedy })
    : failure;
};

/** What a volume's XML says; of formats, QEMU knows an ISO image as raw bytes. */
function place(volume: Node, object: string, host: string): Place {
  const type = volume.attrs["type"] ?? "file";
  const target = child(volume, "target");
  const path = child(target, "path")?.text ?? "";
  const format = child(target, "format")?.attrs["type"] ?? "raw";
  if (type !== "file" && type !== "block")
    throw new Failure("unsupported", `a volume of type ${type} cannot be a disk by its id yet`, {
      object,
      host,
      remedy: 'Say the disk in its long form, `type: "network"` with its `source`',
    });
  return { type, path, format: images.includes(format) ? format : "raw" };
}
const images = ["qcow2", "qcow", "qed", "vmdk", "vdi", "vpc", "cow", "bochs", "cloop", "dmg", "luks"];

/** Every one of these networks exists; one that does not is an error that names it. */
export async function findNetworks(host: Host, names: readonly string[], limits: Limits): Promise<void> {
  await Promise.all(
    names.map((name) =>
      host.call("networkLookupByName", { name }, { object: `network ${name}`, ...limits }).catch((thrown: unknown) => {
        throw absent(
          thrown,
          "A network card of this domain is on it: make it in the same program, or correct `interfaces`",
        );
      }),
    ),
  );
}
/** The same of network filters: without one the domain would not start. */
export async function findFilters(host: Host, names: readonly string[], limits: Limits): Promise<void> {
  await Promise.all(
    names.map((name) =>
      host
        .call("nwfilterLookupByName", { name }, { object: `nwfilter ${name}`, ...limits })
        .catch((thrown: unknown) => {
          throw absent(
            thrown,
            "The packets of a network card of this domain pass it: make it in the same program, or correct `interfaces`",
          );
        }),
    ),
  );
}

/** The domain with volumes as the files and devices that they are; those that were not found stay as they are. Pure. */
export function placed(value: Loose, places: Places): Loose {
  if (!Array.isArray(value["disks"])) return value;
  return { ...value, disks: value["disks"].map((disk: unknown) => (isLoose(disk) ? placedDisk(disk, places) : disk)) };
}
function placedDisk(disk: Loose, places: Places): Loose {
  const id = volumeId(disk);
  const found = id === undefined ? undefined : places.get(id);
  if (!found) return withDriver(disk, undefined);
  const { pool: _, volume: __, mode: ___, ...rest } = disk["source"] as Loose;
  const source = { ...rest, [found.type === "file" ? "file" : "dev"]: found.path };
  return withDriver({ ...disk, type: found.type, source }, found.format);
}
/** QEMU reads an image as what it is told; libvirt takes silence for raw bytes. */
function withDriver(disk: Loose, format: string | undefined): Loose {
  if (disk["type"] === undefined && disk["source"] === undefined && disk["driver"] === undefined) return disk;
  const said = isLoose(disk["driver"]) ? disk["driver"] : {};
  return { ...disk, driver: { name: "qemu", ...(format === undefined ? {} : { type: format }), ...said } };
}

/** What the host offers, of its capabilities. */
export async function hostFacts(host: Host, wantedArch: unknown, limits: Limits): Promise<HostFacts> {
  return factsOf(treeOf(await host.capabilities(limits)), typeof wantedArch === "string" ? wantedArch : undefined);
}

export function factsOf(capabilities: Node, wantedArch: string | undefined): HostFacts {
  const own = child(child(child(capabilities, "host"), "cpu"), "arch")?.text;
  const arch = wantedArch ?? own ?? "x86_64";
  const guest = capabilities.children
    .filter(({ name }) => name === "guest")
    .map((one) => child(one, "arch"))
    .find((one) => one?.attrs["name"] === arch);
  const types = (guest?.children ?? []).filter(({ name }) => name === "domain").map(({ attrs }) => attrs["type"] ?? "");
  return { arch, type: types.includes("kvm") ? "kvm" : (types[0] ?? "qemu") };
}
