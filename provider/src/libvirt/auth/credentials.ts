/** The name and the password for a daemon that asks: from the provider's configuration, else from libvirt's own file. */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../failure";
import type { Address } from "../../transport";
import { credentialsFor } from "./file";
import type { Who } from "./index";

export interface Credentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** Both, as a mechanism needs them. */
export interface Known {
  readonly username: string;
  readonly password: string;
}

export async function credentials({ address, auth = {} }: Who): Promise<Known> {
  const whole = auth.username !== undefined && auth.password !== undefined;
  const kept = whole ? {} : await fromFile(address);
  const username = auth.username ?? kept.username ?? address.user;
  const password = auth.password ?? kept.password;
  if (username !== undefined && password !== undefined) return { username, password };
  throw new Failure(
    "denied",
    `the daemon asks for a user name and a password (SASL), and ${username === undefined ? "neither is known" : `there is no password for ${username}`}`,
    {
      remedy:
        "Set `auth: { username, password }` for the host, or write them into libvirt's own file (~/.config/libvirt/auth.conf, `?authfile=` in the URI)",
    },
  );
}

/** libvirt's own file: a named one must be there, a usual one may be. */
async function fromFile({ host, parameters }: Address): Promise<Credentials> {
  const named = process.env["LIBVIRT_AUTH_FILE"] || parameters.authfile;
  const own = join(process.env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "libvirt/auth.conf");
  for (const path of named ? [named] : [own, "/etc/libvirt/auth.conf"]) {
    const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
      if (!named) return undefined;
      throw new Failure("invalid", `libvirt's file of passwords, ${path}, cannot be read (${cause.code})`, { cause });
    });
    if (text !== undefined) return credentialsFor(text, path, host || "localhost");
  }
  return {};
}
