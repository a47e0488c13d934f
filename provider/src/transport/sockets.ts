/** Where a daemon of libvirt listens on its machine. */
import type { Address } from "./uri";

/** Drivers that have a daemon of their own among the modular ones. */
const MODULAR = new Set([
  "qemu",
  "lxc",
  "xen",
  "vbox",
  "bhyve",
  "vz",
  "ch",
  "network",
  "storage",
  "secret",
  "nodedev",
  "nwfilter",
  "interface",
]);

/** The places in the order in which they are to be tried; `folder` is where the daemon of this kind of path keeps its sockets. */
export function sockets({ driver, parameters }: Address, folder: string, readonly = false): readonly string[] {
  if (parameters.socket) return [parameters.socket];
  const sock = readonly ? "sock-ro" : "sock";
  const direct = MODULAR.has(driver) || parameters.mode === "direct" ? [`${folder}/virt${driver}d-${sock}`] : [];
  const legacy = [`${folder}/libvirt-${sock}`];
  if (parameters.mode === "direct") return direct;
  if (parameters.mode === "legacy") return legacy;
  return [...direct, ...legacy];
}

/** The socket of another driver's daemon beside that of the one which answered; undefined where that one serves all drivers. */
export function socketBeside(path: string, { driver }: Address, other: string): string | undefined {
  const [, folder, kind] = new RegExp(`^(.*/)virt${driver}d-(sock(?:-ro)?)$`).exec(path) ?? [];
  return folder === undefined ? undefined : `${folder}virt${other}d-${kind}`;
}

/** The folder of the daemons that run for the whole machine. */
export const SYSTEM_FOLDER = "/run/libvirt";
