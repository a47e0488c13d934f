/** Whether the host that answered is the one the user means. */
import { appendFile, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../failure";
import { expanded } from "../home";
import type { Address } from "../uri";
import { algorithmsOf, fingerprint, type KnownKey, keyType, known } from "./knownHosts";
import type { SshOptions } from "./options";
import { quote } from "./quote";

export interface HostKeys {
  /** The algorithms to ask the host for, so that it shows the key we know; undefined when none is known. */
  readonly algorithms: readonly string[] | undefined;
  /** Says what is wrong with the key that the host showed; undefined when it is the right one. */
  objection(offered: Buffer): Promise<Failure | undefined>;
}

type Verification = "normal" | "auto" | "ignore";

/** Where the user pins a key, the files are not read. */
export async function hostKeys(
  address: Address,
  port: number,
  { hostKey: pinned, knownHosts }: Pick<SshOptions, "hostKey" | "knownHosts">,
): Promise<HostKeys> {
  const { host } = address;
  const files = knownHostsFiles(knownHosts ?? address.parameters.known_hosts);
  const { keys, elsewhere } =
    pinned === undefined ? await knownIn(files, host, port) : { keys: [pin(pinned)], elsewhere: [] };
  const valid = [...keys, ...elsewhere].filter(({ marker }) => !marker);
  const verification = verificationOf(address);
  return {
    algorithms: valid.length > 0 ? [...new Set(valid.flatMap(({ type }) => algorithmsOf(type)))] : undefined,
    objection: async (offered) => {
      if (verification === "ignore") return undefined;
      const same = ({ key }: KnownKey) => key.equals(offered);
      if (keys.some((key) => key.marker === "revoked" && same(key))) return revoked(address, offered);
      if (valid.some(same)) return undefined;
      const expected = keys.filter(({ marker }) => !marker);
      if (expected.length > 0) return changed(address, port, offered, expected);
      if (verification === "auto") return void (await remember(files[0], host, port, offered));
      return unknownKey(address, port, offered, files[0] ?? "");
    },
  };
}

function verificationOf({ parameters }: Address): Verification {
  const { known_hosts_verify: wanted, no_verify: none } = parameters;
  if (wanted === "ignore" || (none !== undefined && none !== "0")) return "ignore";
  return wanted === "auto" ? "auto" : "normal";
}

function knownHostsFiles(named: string | undefined): readonly string[] {
  if (named) return [expanded(named)];
  const own = join(homedir(), ".ssh");
  return [join(own, "known_hosts"), join(own, "known_hosts2"), "/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"];
}

async function knownIn(files: readonly string[], host: string, port: number) {
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
const nameOf = (host: string, port: number): string => (port === 22 ? host : `[${host}]:${port}`);
const scan = (host: string, port: number, type: string, file: string): string =>
  `\`${quote(["ssh-keyscan", ...(port === 22 ? [] : ["-p", String(port)]), "-t", scanType(type), host])} >> ${quote([file])}\``;
const scanType = (type: string): string => type.replace(/^ssh-|-sha2-.*$/g, "");

async function remember(file: string | undefined, host: string, port: number, key: Buffer): Promise<void> {
  if (file) await appendFile(file, `${nameOf(host, port)} ${keyType(key)} ${key.toString("base64")}\n`);
}

const unknownKey = (address: Address, port: number, offered: Buffer, file: string): Failure =>
  new Failure(
    "denied",
    `its host key is not known: it shows ${described(offered)}; ${file} has none for ${nameOf(address.host, port)}`,
    {
      remedy: `If that fingerprint is the host's (\`ssh-keygen -lf /etc/ssh/ssh_host_…_key.pub\` prints it there), run ${scan(address.host, port, keyType(offered), file)}`,
    },
  );

function changed(address: Address, port: number, offered: Buffer, expected: readonly KnownKey[]): Failure {
  const [first] = expected;
  const file = first?.file ?? "";
  const wanted = expected
    .map(({ key, line, file: at }) => `${described(key)} (${at === "hostKey" ? at : `${at} line ${line}`})`)
    .join(" or ");
  const renew =
    file === "hostKey"
      ? "change `hostKey`"
      : `run \`${quote(["ssh-keygen", "-R", nameOf(address.host, port), "-f", file])}\`, then ${scan(address.host, port, keyType(offered), file)}`;
  return new Failure(
    "denied",
    `its host key has changed, or this is another machine: it shows ${described(offered)}, expected is ${wanted}`,
    {
      remedy: `If the host was installed anew, ${renew}`,
    },
  );
}

const revoked = (address: Address, offered: Buffer): Failure =>
  new Failure("denied", `its host key ${described(offered)} is marked @revoked`, {
    remedy: `Give ${address.host} a new host key; this one is known to be in wrong hands`,
  });
