/** Libvirt's flags and calls that several steps use. */
import type { Host, Limits } from "../../host/host";

/** virDomainXMLFlags */
const SECURE = 1;
const INACTIVE = 2;
/** virDomainModificationImpact */
export const LIVE = 1;

/** What the machine will be at its next start; with its passwords only where it is to be written back. */
export const persistentXml = async (
  host: Host,
  uuid: string,
  name: string,
  limits: Limits,
  secure = false,
): Promise<string> => {
  const flags = INACTIVE | (secure ? SECURE : 0);
  return (await host.call("domainGetXmlDesc", { dom: { uuid }, flags }, { object: `domain ${name}`, ...limits })).xml;
};
/** What the running machine is. */
export const liveXml = async (host: Host, uuid: string, name: string, limits: Limits): Promise<string> =>
  (await host.call("domainGetXmlDesc", { dom: { uuid } }, { object: `domain ${name}`, ...limits })).xml;

export const define = (host: Host, xml: string, name: string, limits: Limits) =>
  host.call("domainDefineXmlFlags", { xml }, { object: `domain ${name}`, ...limits });

export const setAutostart = (host: Host, uuid: string, name: string, autostart: boolean, limits: Limits) =>
  host.call("domainSetAutostart", { dom: { uuid }, autostart }, { object: `domain ${name}`, ...limits });

/** virDomainUndefineFlagsValues */
const undefineFlags = { managedSave: 1, snapshots: 2, nvram: 4, keepNvram: 8, checkpoints: 16, tpm: 32, keepTpm: 64 };
export interface GoesWith {
  readonly nvram?: boolean | undefined;
  readonly tpm?: boolean | undefined;
  readonly snapshots?: boolean | undefined;
  readonly checkpoints?: boolean | undefined;
  readonly managedSave?: boolean | undefined;
}
/** What of a machine goes with its definition: all that its libvirt can take away, unless the program keeps it. */
export function undefineFlagsOf(keep: GoesWith, libvirt: string): number {
  const { nvram = true, tpm = true, snapshots = true, checkpoints = true, managedSave = true } = keep;
  const flags = undefineFlags;
  return (
    (managedSave ? flags.managedSave : 0) |
    (snapshots ? flags.snapshots : 0) |
    (nvram ? flags.nvram : flags.keepNvram) |
    (checkpoints && atLeast(libvirt, 5, 6) ? flags.checkpoints : 0) |
    (atLeast(libvirt, 8, 9) ? (tpm ? flags.tpm : flags.keepTpm) : 0)
  );
}
function atLeast(version: string, major: number, minor: number): boolean {
  const [x = 0, y = 0] = version.split(".").map(Number);
  return x > major || (x === major && y >= minor);
}
