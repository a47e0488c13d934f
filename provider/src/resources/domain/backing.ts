/** What lies under a disk image, as the image itself says: libvirt's XML of a stopped machine knows no backing chain. */
import { dirname } from "node:path/posix";
import { asFailure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { child, parse } from "../../xml";
import { unless } from "../maybe";
import { isUnanswered } from "../unanswered";

export interface Image {
  readonly path: string;
  /** As QEMU calls it, where somebody says it. */
  readonly format: string | undefined;
}
/** The image under another one, undefined where there is none; or why nobody can tell. */
export type Below = { readonly image: Image | undefined } | { readonly unread: string };

const nothing: Below = { image: undefined };

/** Asks the storage driver first: it needs no command, and may read what we may not. */
export async function belowOf(host: Host, image: Image, limits: Limits): Promise<Below> {
  // Raw bytes say nothing, and nothing lies under them.
  if (image.format === "raw") return nothing;
  return (await byPool(host, image, limits)) ?? (await byCommand(host, image, limits));
}

/** Undefined where no pool knows. */
async function byPool(host: Host, { path, format }: Image, limits: Limits): Promise<Below | undefined> {
  const fresh = await lookedAgain(host, dirname(path), limits);
  const silent = ["missing", "denied", "refused", "unsupported"];
  const found = await unless(silent, host.call("storageVolLookupByPath", { path }, limits));
  const told = found && (await unless(silent, host.call("storageVolGetXmlDesc", { vol: found.vol }, limits)));
  if (!told) return undefined;
  const volume = parse(told.xml);
  const store = child(volume, "backingStore");
  const under = child(store, "path")?.text;
  if (under) return { image: { path: under, format: child(store, "format")?.attrs["type"] } };
  // A pool that did not look now tells of an earlier file, and one that knows no formats has looked into none.
  const read = child(child(volume, "target"), "format")?.attrs["type"];
  return fresh && read !== undefined && read === (format ?? read) && read !== "raw" ? nothing : undefined;
}

/** What somebody did in a pool's directory is known once the pool has looked again. Who may only read cannot ask for it. */
async function lookedAgain(host: Host, path: string, limits: Limits): Promise<boolean> {
  const silent = ["missing", "denied", "refused", "busy", "unsupported"];
  const refresh = async (): Promise<true> => {
    const { pool } = await host.call("storagePoolLookupByTargetPath", { path }, limits);
    await host.call("storagePoolRefresh", { pool }, limits);
    return true;
  };
  return (await unless(silent, refresh())) ?? false;
}

/** The format is given, never guessed: a guest can write into its raw disk what looks like an image over another file. */
async function byCommand(host: Host, { path, format }: Image, limits: Limits): Promise<Below> {
  if (!host.can("shell")) return { unread: `no pool knows ${path}, and no command can be run on the host` };
  if (format === undefined) return { unread: `no pool knows ${path}, and nobody says its format` };
  try {
    const asked = ["qemu-img", "info", "--force-share", "--output=json", "-f", format, "--", path] as const;
    const { code, stdout, stderr } = await host.run(asked, limits);
    if (code !== 0) return { unread: stderr.trim() || `qemu-img ended with ${code}` };
    return said(path, JSON.parse(stdout.toString()) as Info);
  } catch (thrown) {
    if (isUnanswered(thrown)) throw thrown;
    return { unread: `qemu-img could not be asked: ${asFailure(thrown).problem}` };
  }
}
interface Info {
  readonly "backing-filename"?: string;
  readonly "full-backing-filename"?: string;
  readonly "backing-filename-format"?: string;
}
function said(path: string, info: Info): Below {
  const under = info["full-backing-filename"] ?? info["backing-filename"];
  if (under === undefined) return nothing;
  if (under.startsWith("/")) return { image: { path: under, format: info["backing-filename-format"] } };
  return { unread: `${path} lies over ${under}, which is no file` };
}
