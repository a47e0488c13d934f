/** What a host has by which its daemon can be reached: asked by one command, before anything is started. */
import { Failure } from "../../failure";
import type { Limits } from "../session";
import { SYSTEM_FOLDER, sockets } from "../sockets";
import type { Address } from "../uri";
import type { Login } from "./login";
import type { WaysOptions } from "./ways";

export interface Place {
  readonly path: string;
  readonly usable: boolean;
  /** Why it is not, as the system says it. */
  readonly code: "ENOENT" | "EACCES" | "ECONNREFUSED";
}

export interface Found {
  readonly places: readonly Place[];
  /** The version of virt-ssh-helper, where it is there. */
  readonly helper?: string | undefined;
  /** The netcat is there. */
  readonly netcat: boolean;
}

/** For the folder of the user's own daemon, which only the host knows. */
const OWN = "@own@";

/**
 * `$1` is the netcat; the sockets follow. A daemon that is gone leaves its socket behind, so what listens is asked of the
 * kernel: the flags of such a socket in /proc/net/unix are 00010000.
 */
const SCRIPT = `
has() { command -v "$1" >/dev/null 2>&1; }
if has virt-ssh-helper; then said=$(virt-ssh-helper --version 2>/dev/null); echo "yes \${said##* }"; else echo no; fi
if has "$1"; then echo yes; else echo no; fi; shift
own=\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/libvirt
for at; do
  case $at in ${OWN}*) at=$own\${at#${OWN}};; esac
  if [ ! -S "$at" ]; then code=ENOENT
  elif [ ! -w "$at" ]; then code=EACCES
  elif grep " 00010000 " /proc/net/unix | grep -qF " $(readlink -f "$at")" || ! [ -r /proc/net/unix ]; then code=ok
  else code=ECONNREFUSED; fi
  echo "$code $at"
done`;

export async function look(
  login: Login,
  address: Address,
  { readonly, sudo }: WaysOptions,
  limits: Limits,
): Promise<Found> {
  const own = address.path === "/session";
  const asked = sockets(address, own ? OWN : SYSTEM_FOLDER, readonly && !own);
  const words = ["sh", "-c", SCRIPT, "sh", address.parameters.netcat ?? "nc", ...asked] as const;
  const { code, stdout, stderr } = await login.run(sudo ? ["sudo", "-n", ...words] : words, limits);
  const [helper, netcat, ...places] = stdout.toString().trim().split("\n");
  if (code !== 0 || netcat === undefined)
    throw unanswered(login, stderr.trim().replace(/\s*\n\s*/g, "; ") || `exit code ${code}`, sudo);
  return {
    helper: /^yes (.*)/.exec(helper ?? "")?.[1],
    netcat: netcat === "yes",
    places: places.map((line) => {
      const [answer = "", path = ""] = line.split(/ (.*)/s);
      return { path, usable: answer === "ok", code: answer as Place["code"] };
    }),
  };
}

const unanswered = ({ username }: Login, said: string, sudo: boolean | undefined): Failure =>
  sudo
    ? new Failure("denied", `sudo does not let user ${username} reach libvirt without being asked (${said})`, {
        remedy: `Allow it in the host's sudoers: \`${username} ALL=(root) NOPASSWD: ALL\`, or leave \`ssh.sudo\` out`,
      })
    : new Failure("unsupported", `user ${username} may run no commands on the host (${said})`, {
        remedy: "Allow `AllowStreamLocalForwarding` in the host's sshd_config, or give the user a shell",
      });
