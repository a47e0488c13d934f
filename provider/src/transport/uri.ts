/** libvirt's connection URIs: `driver[+transport]://[user@][host][:port]/path?parameters`. */
import { Failure } from "../failure";
import { nearest } from "../nearest";

export type Transport = "unix" | "ssh" | "tcp" | "tls";

export interface Address {
  /** `qemu`, `test`, … */
  readonly driver: string;
  readonly transport: Transport;
  /** Empty for this machine. */
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
  /** `/system`, `/session`, `/default`, … */
  readonly path: string;
  /** The parameters that are about the way to the daemon; they are not told to it. */
  readonly parameters: Readonly<Partial<Record<Parameter, string>>>;
  /** What the daemon is to open. */
  readonly daemon: string;
  /** The URI without anything that could be a secret, for people. */
  readonly label: string;
}

/** libvirt's own parameters for remote connections. */
const PARAMETERS = [
  "name",
  "mode",
  "socket",
  "command",
  "netcat",
  "proxy",
  "keyfile",
  "known_hosts",
  "known_hosts_verify",
  "sshauth",
  "no_verify",
  "no_tty",
  "no_sanity",
  "pkipath",
  "auth",
  "tls_priority",
  "authfile",
] as const;
export type Parameter = (typeof PARAMETERS)[number];

const TRANSPORTS: Readonly<Record<string, Transport>> = {
  unix: "unix",
  ssh: "ssh",
  libssh: "ssh",
  libssh2: "ssh",
  tcp: "tcp",
  tls: "tls",
};
/** Whether the daemon of one driver is asked (`direct`), the one for all (`legacy`), or which is there (`auto`). */
const MODES = ["auto", "legacy", "direct"];
const NUMBERS = ["no_verify", "no_tty", "no_sanity"] as const satisfies readonly Parameter[];
/** A daemon would only refuse another, and advise a URI without the host. */
const QEMU_PATHS = ["/system", "/session"];
const EXAMPLE = "A URI looks like `qemu+ssh://root@host.example/system` or `qemu:///system`";
const URI =
  /^([a-z][a-z0-9]*)(?:\+([a-z0-9]+))?:\/\/(?:([^@/?#]*)@)?(\[[0-9a-f:.%]+\]|[^:/?#[\]\s@]*)(?::(\d+))?(\/[^?#]*)?(?:\?([^#]*))?$/i;

export function parseUri(uri: string): Address {
  const [matched, driver = "", scheme, user, bracketed = "", port, path = "/", query = ""] = URI.exec(uri) ?? [];
  if (!matched) throw new Failure("invalid", `"${withoutSecrets(uri)}" is not a connection URI`, { remedy: EXAMPLE });
  // A password whose characters were not escaped: what follows it is not what it seems to be, and is not to be shown.
  if (bracketed && user === undefined && `${path}${query.split("=")[0]}`.includes("@"))
    throw new Failure("invalid", `"${withoutSecrets(uri)}" has an @ after its host`, {
      remedy:
        "Write `/` in a user's name as %2F, `?` as %3F and `@` as %40; a password has no place in a connection URI",
    });
  const host = bracketed.replace(/^\[|\]$/g, "");
  const transport = scheme === undefined ? (host ? "tls" : "unix") : TRANSPORTS[scheme.toLowerCase()];
  if (!transport) throw unknownTransport(scheme ?? "");
  if (host && transport === "unix")
    throw new Failure("invalid", `"${withoutSecrets(uri)}" names a host, but a unix socket is on this machine`, {
      remedy: EXAMPLE,
    });
  const { own, others } = parameters(query);
  checkParameters(own);
  if (driver.toLowerCase() === "qemu") for (const other of others) refuseSlip(other);
  if (driver.toLowerCase() === "qemu" && own.name === undefined && !QEMU_PATHS.includes(path))
    throw new Failure("invalid", `"${path}" is nothing that QEMU's driver opens`, {
      remedy: `The path in a connection URI is ${QEMU_PATHS.join(" or ")}. ${EXAMPLE}`,
    });
  const name = decode(user?.split(":")[0] ?? "", "the user");
  return {
    driver: driver.toLowerCase(),
    transport,
    host: host || (transport === "unix" ? "" : "localhost"),
    ...(name ? { user: name } : {}),
    ...(port ? { port: portNumber(port) } : {}),
    path,
    parameters: own,
    daemon: own.name ?? `${driver.toLowerCase()}://${path}${others.length > 0 ? `?${others.join("&")}` : ""}`,
    label: `${driver}${scheme ? `+${scheme}` : ""}://${name && `${name}@`}${bracketed}${port ? `:${port}` : ""}${path}`,
  };
}

function checkParameters(parameters: Address["parameters"]): void {
  const { mode } = parameters;
  if (mode !== undefined && !MODES.includes(mode))
    throw new Failure("invalid", `"${mode}" is not a mode of a connection`, {
      remedy: `\`mode=\` in a connection URI is one of ${MODES.join(", ")}`,
    });
  const unclear = NUMBERS.find((name) => !/^[+-]?\d+$/.test(parameters[name] ?? "0"));
  if (unclear !== undefined)
    throw new Failure("invalid", `"${parameters[unclear]}" is neither a yes nor a no`, {
      remedy: `\`${unclear}=\` in a connection URI is 1 or 0`,
    });
}

/** Whether a parameter that is a yes or a no says yes; libvirt writes it as a number. */
export const says = (parameters: Address["parameters"], name: (typeof NUMBERS)[number]): boolean =>
  Number(parameters[name] ?? 0) !== 0;

/** Splits what is libvirt's from what is the driver's own. A `+` is a `+` here, not a blank. */
function parameters(query: string): { own: Address["parameters"]; others: readonly string[] } {
  const own: Partial<Record<Parameter, string>> = {};
  const others: string[] = [];
  for (const part of query.split(/[&;]/).filter(Boolean)) {
    const [key = "", ...value] = part.split("=");
    const parameter = PARAMETERS.find((known) => known === decode(key, "a parameter").toLowerCase());
    if (parameter) own[parameter] = decode(value.join("="), `\`${parameter}=\``);
    else others.push(part);
  }
  return { own, others };
}

/** QEMU's driver passes over what it does not know: a slip would log in with another key, or ask another daemon. */
function refuseSlip(other: string): void {
  const key = decode(other.split("=")[0] ?? "", "a parameter");
  const meant = nearest(key, PARAMETERS);
  if (meant === undefined) return;
  throw new Failure("invalid", `"${key}" is no parameter of a connection URI`, {
    remedy: `Did you mean \`${meant}=\`?`,
  });
}

/** `what` names it in the message: its text may be a secret. */
function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new Failure("invalid", `${what} in a connection URI is not percent-encoded text`, {
      remedy: "A % that stands for itself is written %25",
      cause,
    });
  }
}

function portNumber(text: string): number {
  const port = Number(text);
  if (port < 1 || port > 65535)
    throw new Failure("invalid", `${text} in a connection URI is not a port`, { remedy: "A port is 1 to 65535" });
  return port;
}

const unknownTransport = (scheme: string): Failure =>
  new Failure("invalid", `"${scheme}" is not a way to a host`, {
    remedy: `There are ${Object.keys(TRANSPORTS).join(", ")}`,
  });

/** A text that should have been a URI, without all that could be a password (before the last @, or where a port should be) or a parameter. */
export function withoutSecrets(uri: string): string {
  const [, scheme = "", rest = ""] = /^([a-z][a-z0-9+]*:\/*)?(.*)$/is.exec(uri) ?? [];
  const at = rest.lastIndexOf("@");
  const place = rest
    .slice(at + 1)
    .replace(/[?&#;].*$/s, "")
    .replace(/:(?!\d{1,5}(\/|$))[^/\]]+(?=\/|$)/, ":…");
  return `${scheme}${at < 0 ? "" : "…@"}${place}`;
}
