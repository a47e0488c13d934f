/** Whether the host that answered is the one the user means. */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../failure";
import { expanded } from "../home";
import { says } from "../uri";
import type { Destination } from "./destination";
import { algorithmsOf, fingerprint, type KnownKey, keyType, known } from "./knownHosts";
import { believe, believed } from "./newKeys";
import { quote } from "./quote";
import { revokedKeys } from "./revokedKeys";

export interface HostKeys {
  /** What is wanted of the files and only OpenSSH itself can do. */
  readonly beyond: string | undefined;
  /** The algorithms to ask the host for, so that it shows the key we know; undefined when none is known. */
  readonly algorithms: readonly string[] | undefined;
  /** What is to be thought of the key that the host showed. */
  verdict(offered: Buffer): Promise<Verdict>;
}

/** Nothing at all where the key is the right one. */
export interface Verdict {
  /** What is wrong with the key: the host is not talked to. */
  readonly objection?: Failure | undefined;
  /** Why the host might be another, where nobody wants it checked: no password is told to it. */
  readonly doubt?: Failure | undefined;
}

type Verification = "normal" | "auto" | "ignore";

/** Where the user pins a key no known_hosts file is read, and nothing that is said elsewhere makes a host believed that shows another. */
export async function hostKeys(to: Destination): Promise<HostKeys> {
  const { hostKey: pinned } = to.options;
  const name = nameOf(to);
  const files = knownHostsFiles(to);
  const [revokedElsewhere, { keys, elsewhere }] = await Promise.all([
    revokedKeys(to.settings.revokedHostKeys),
    pinned === undefined ? knownIn([...files.own, ...files.global], name) : { keys: [pin(pinned)], elsewhere: [] },
  ]);
  const [writable] = files.own;
  const verification = pinned === undefined ? verificationOf(to) : "normal";
  const own = keys.filter(({ marker }) => !marker);
  /** Those that the host must show one of: what no file says this run may have come to know. */
  const expected = (): readonly KnownKey[] => {
    const first = own.length > 0 ? undefined : believed(writable, written(name));
    return first ? [firstSeen(first)] : own;
  };
  const valid = () => [...expected(), ...elsewhere.filter(({ marker }) => !marker)];
  const known = valid();
  const authority = known.length === 0 ? keys.find(({ marker }) => marker === "cert-authority") : undefined;
  const revoked = [
    ...revokedElsewhere.keys,
    ...[...keys, ...elsewhere].filter(({ marker }) => marker === "revoked").map(({ key }) => key),
  ];
  return {
    algorithms: known.length > 0 ? [...new Set(known.flatMap(({ type }) => algorithmsOf(type)))] : undefined,
    beyond: authority
      ? `the host's certificate (@cert-authority in ${authority.file} line ${authority.line})`
      : revokedElsewhere.packed && `RevokedHostKeys ${revokedElsewhere.packed}, which ssh-keygen packed`,
    verdict: async (offered) => {
      if (revoked.some((key) => key.equals(offered))) return { objection: isRevoked(name, offered) };
      if (valid().some(({ key }) => key.equals(offered))) return {};
      const others = expected();
      if (others.length === 0 && verification === "auto") {
        await believe(writable, written(name), keyType(offered), offered);
        return {};
      }
      const failure = others.length > 0 ? changed(name, offered, others) : unknownKey(name, offered, writable);
      return verification === "ignore" ? { doubt: failure } : { objection: failure };
    },
  };
}

/** Under which name and port the files have the host: an alias stands by itself. */
interface Name {
  readonly host: string;
  readonly port: number;
}
const nameOf = ({ settings: { meaning } }: Destination): Name =>
  meaning.alias === undefined ? { host: meaning.host, port: meaning.port } : { host: meaning.alias, port: 22 };

function verificationOf({ parameters, settings: said }: Destination): Verification {
  const { known_hosts_verify: wanted } = parameters;
  if (wanted === "ignore" || says(parameters, "no_verify")) return "ignore";
  if (wanted !== undefined) return wanted === "auto" ? "auto" : "normal";
  if (said.strictHostKeyChecking === "no") return "ignore";
  return said.strictHostKeyChecking === "accept-new" ? "auto" : "normal";
}

/** What is learnt is written into the first of the user's own files, never into the machine's. */
function knownHostsFiles({ options, parameters, settings: said }: Destination) {
  const named = options.knownHosts ?? parameters.known_hosts;
  if (named) return { own: [expanded(named)], global: [] };
  const folder = join(homedir(), ".ssh");
  return {
    own: said.userKnownHosts ?? [join(folder, "known_hosts"), join(folder, "known_hosts2")],
    global: said.globalKnownHosts ?? ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"],
  };
}

async function knownIn(files: readonly string[], { host, port }: Name) {
  const found = await Promise.all(files.map(async (file) => known(await textOf(file), file, host, port)));
  return { keys: found.flatMap(({ keys }) => keys), elsewhere: found.flatMap(({ elsewhere }) => elsewhere) };
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw new Failure("denied", `${file} cannot be read (${(cause as Error).message})`, { cause });
  }
}

function pin(line: string): KnownKey {
  const [type = "", key = ""] = line.trim().split(/\s+/);
  const bytes = Buffer.from(key, "base64");
  if (!type || keyType(bytes) !== type)
    throw new Failure("invalid", "`hostKey` is not a public key", {
      remedy: "It looks like `ssh-ed25519 AAAA…`, a line of `ssh-keyscan HOST` without the host",
    });
  return { type, key: bytes, file: PINNED, line: 0 };
}
const PINNED = "hostKey";

const described = (key: Buffer): string => `${keyType(key)} ${fingerprint(key)}`;
const written = ({ host, port }: Name): string => (port === 22 ? host : `[${host}]:${port}`);
const scan = ({ host, port }: Name, type: string, file: string): string =>
  `\`${quote(["ssh-keyscan", ...(port === 22 ? [] : ["-p", String(port)]), "-t", scanType(type), host])} >> ${quote([file])}\``;
const scanType = (type: string): string => type.replace(/^ssh-|-sha2-.*$/g, "");

/** A key that no file needs to have. */
const firstSeen = (key: Buffer): KnownKey => ({ type: keyType(key), key, file: FIRST_SEEN, line: 0 });
const FIRST_SEEN = "first seen";

function unknownKey(name: Name, offered: Buffer, file: string | undefined): Failure {
  const add =
    file === undefined
      ? `pin it: \`ssh.hostKey: ${keyType(offered)} ${offered.toString("base64")}\``
      : `run ${scan(name, keyType(offered), file)}`;
  return new Failure(
    "denied",
    `its host key is not known: it shows ${described(offered)}; ${file ?? "no file of known hosts"} has none for ${written(name)}`,
    {
      remedy: `If that fingerprint is the host's (\`ssh-keygen -lf /etc/ssh/ssh_host_…_key.pub\` prints it there), ${add}`,
    },
  );
}

function changed(name: Name, offered: Buffer, expected: readonly KnownKey[]): Failure {
  const [first] = expected;
  const wanted = expected.map((key) => `${described(key.key)} (${whence(key)})`).join(" or ");
  return new Failure(
    "denied",
    `its host key has changed, or this is another machine: it shows ${described(offered)}, expected is ${wanted}`,
    { remedy: `If the host was installed anew, ${renewal(name, offered, first?.file ?? "")}` },
  );
}

const whence = ({ file, line }: KnownKey): string => (line === 0 ? file : `${file} line ${line}`);

function renewal(name: Name, offered: Buffer, file: string): string {
  if (file === PINNED) return "change `hostKey`";
  if (file === FIRST_SEEN) return "run Pulumi again";
  return `run \`${quote(["ssh-keygen", "-R", written(name), "-f", file])}\`, then ${scan(name, keyType(offered), file)}`;
}

const isRevoked = ({ host }: Name, offered: Buffer): Failure =>
  new Failure("denied", `its host key ${described(offered)} is revoked`, {
    remedy: `Give ${host} a new host key; this one is known to be in wrong hands (@revoked in known_hosts, or RevokedHostKeys)`,
  });
