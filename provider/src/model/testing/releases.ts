/** The releases of libvirt whose schemas this machine has: its own, and that of the lab's other Debian. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

export interface Release {
  /** Such as `11.3.0`. */
  readonly version: string;
  readonly folder: string;
}

const checkout = join(__dirname, "../../../..");
/** The oldest first. */
export const releases: readonly Release[] = ["/", join(checkout, ".cache/trixie/root")]
  .flatMap((root): Release[] => {
    const folder = join(root, "usr/share/libvirt/schemas");
    const version = versionIn(root);
    return version && existsSync(folder) ? [{ version, folder }] : [];
  })
  .sort((a, b) => Number.parseInt(a.version, 10) - Number.parseInt(b.version, 10));

/** The schemas do not say it; the library's file does: `libvirt.so.0.11003.0` is of 11.3.0. */
function versionIn(root: string): string | undefined {
  const libraries = join(root, "usr/lib", `${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`);
  const [file] = existsSync(libraries)
    ? readdirSync(libraries).filter((name) => /^libvirt\.so\.0\.\d+/.test(name))
    : [];
  const [, minor = 0, micro = 0] = /\.so\.0\.(\d+)\.(\d+)$/.exec(file ?? "") ?? [];
  return file && `${Math.floor(Number(minor) / 1000)}.${Number(minor) % 1000}.${micro}`;
}
