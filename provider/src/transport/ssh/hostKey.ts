/** Whether the host that answered is the one the user means. */
import { appendFile, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../failure";
import { expanded } from "../home";
import type { Destination } from "./destination";
import { algorithmsOf, fingerprint, type KnownKey, keyType, known } from "./knownHosts";
import { quote } from "./quote";

export interface HostKeys {
  /** The authority that vouches for the host where no key of its own is known. */
  readonly authority: KnownKey | undefined;
  /** The algorithms to ask the host for, so that it shows the key we know; undefined when none is known. */
  readonly algorithms: readonly string[] | undefined;
  /** Says what is wrong with the key that the host showed; undefined when it is the right one. */
  objection(offered: Buffer): Promise<Failure | undefined>;
}

type Verification = "normal" | "auto" | "ignore";

/** Where the user pins a key, the files are not read. */
export async function hostKeys(to: Destination): Promise<HostKeys> {
  const { hostKey: pinned } = to.options;
  const name = nameOf(to);
  const files = knownHostsFiles(to);
  const { keys, elsewhere } =
    pinned === undefined ? await knownIn(files, name) : { keys: [pin(pinned)], elsewhere: [] };
  const valid = [...keys, ...elsewhere].filter(({ marker }) => !marker);
  const verification = verificationOf(to);
  return {
    algorithms: valid.length > 0 ? [...new Set(valid.flatMap(({ type }) => algorithmsOf(type)))] : undefined,
    authority: valid.length === 0 ? keys.find(({ marker }) => marker === "cert-authority") : undefined,
    objection: async (offered) => {
      const same = ({ key }: KnownKey) => key.equals(offered);
      const expected = keys.filter(({ marker }) => !marker);
      // A password is told to no host that shows another key than before, whatever else is ignored.
      const careless = verification === "ignore" && (to.options.password === undefined || expected.length === 0);
      if (careless) return undefined;
      if (keys.some((key) => key.marker === "revoked" && same(key))) return revoked(name, offered);
      if (valid.some(same)) return undefined;
      if (expected.length > 0) return changed(name, offered, expected);
      if (verification === "auto") return void (await remember(files[0], name, offered));
      return unknownKey(name, offered, files[0] ?? "");
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
  const { known_hosts_verify: wanted, no_verify: none } = parameters;
  if (wanted === "ignore" || (none !== undefined && none !== "0")) return "ignore";
  if (wanted !== undefined) return wanted === "auto" ? "auto" : "normal";
  if (said.strictHostKeyChecking === "no") return "ignore";
  return said.strictHostKeyChecking === "accept-new" ? "auto" : "normal";
}

function knownHostsFiles({ options, parameters, settings: said }: Destination): readonly string[] {
  const named = options.knownHosts ?? parameters.known_hosts;
  if (named) return [expanded(named)];
  const own = join(homedir(), ".ssh");
  return [
    ...(said.userKnownHosts ?? [join(own, "known_hosts"), join(own, "known_hosts2")]),
    ...(said.globalKnownHosts ?? ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"]),
  ];
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
  return { type, key: bytes, file: "hostKey", line: 1 };
}

const described = (key: Buffer): string => `${keyType(key)} ${fingerprint(key)}`;
const written = ({ host, port }: Name): string => (port === 22 ? host : `[${host}]:${port}`);
const scan = ({ host, port }: Name, type: string, file: string): string =>
  `\`${quote(["ssh-keyscan", ...(port === 22 ? [] : ["-p", String(port)]), "-t", scanType(type), host])} >> ${quote([file])}\``;
const scanType = (type: string): string => type.replace(/^ssh-|-sha2-.*$/g, "");

async function remember(file: string | undefined, name: Name, key: Buffer): Promise<void> {
  if (file) await appendFile(file, `${written(name)} ${keyType(key)} ${key.toString("base64")}\n`);
}

const unknownKey = (name: Name, offered: Buffer, file: string): Failure =>
  new Failure(
    "denied",
    `its host key is not known: it shows ${described(offered)}; ${file} has none for ${written(name)}`,
    {
      remedy: `If that fingerprint is the host's (\`ssh-keygen -lf /etc/ssh/ssh_host_…_key.pub\` prints it there), run ${scan(name, keyType(offered), file)}`,
    },
  );

function changed(name: Name, offered: Buffer, expected: readonly KnownKey[]): Failure {
  const [first] = expected;
  const file = first?.file ?? "";
  const wanted = expected
    .map(({ key, line, file: at }) => `${described(key)} (${at === "hostKey" ? at : `${at} line ${line}`})`)
    .join(" or ");
  const renew =
    file === "hostKey"
      ? "change `hostKey`"
      : `run \`${quote(["ssh-keygen", "-R", written(name), "-f", file])}\`, then ${scan(name, keyType(offered), file)}`;
  return new Failure(
    "denied",
    `its host key has changed, or this is another machine: it shows ${described(offered)}, expected is ${wanted}`,
    {
      remedy: `If the host was installed anew, ${renew}`,
    },
  );
}

const revoked = ({ host }: Name, offered: Buffer): Failure =>
  new Failure("denied", `its host key ${described(offered)} is marked @revoked`, {
    remedy: `Give ${host} a new host key; this one is known to be in wrong hands`,
  });
