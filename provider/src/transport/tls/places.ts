/** Where libvirt's own clients keep certificates and keys. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export interface Places {
  readonly ca: string;
  /** Certificates that the authority took back. */
  readonly revoked: string;
  readonly certificate: string;
  readonly key: string;
}

const SYSTEM: Places = {
  ca: "/etc/pki/CA/cacert.pem",
  revoked: "/etc/pki/CA/cacrl.pem",
  certificate: "/etc/pki/libvirt/clientcert.pem",
  key: "/etc/pki/libvirt/private/clientkey.pem",
};

const inside = (folder: string): Places => ({
  ca: join(folder, "cacert.pem"),
  revoked: join(folder, "cacrl.pem"),
  certificate: join(folder, "clientcert.pem"),
  key: join(folder, "clientkey.pem"),
});

/**
 * All in `folder` where the URI names one (`pkipath`); else in the user's own folder what is there, the rest where the
 * machine keeps it. libvirt does not look into root's own folder, and neither do we.
 */
export function places(folder: string | undefined, users = usersFolder()): Places {
  if (folder) return inside(folder);
  if (users === "") return SYSTEM;
  const own = inside(users);
  const pair = existsSync(own.certificate) && existsSync(own.key) ? own : SYSTEM;
  return {
    ca: existsSync(own.ca) ? own.ca : SYSTEM.ca,
    revoked: existsSync(own.revoked) ? own.revoked : SYSTEM.revoked,
    certificate: pair.certificate,
    key: pair.key,
  };
}

const usersFolder = (): string => (process.geteuid?.() === 0 ? "" : join(homedir(), ".pki/libvirt"));
