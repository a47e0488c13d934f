/** What the machine's own ssh is told. Pure but for the files that it is to read. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../failure";
import { expanded } from "../home";
import type { Address } from "../uri";
import type { SshOptions } from "./options";

export interface SystemArguments {
  /** All before the command. */
  readonly words: readonly string[];
  /** Takes away the files that were written for it. */
  readonly forget: () => void;
}

/** What is asked for and ssh could only ask a person for, or has no word for. */
const UNSAYABLE = ["password", "passphrase", "jumpHosts"] as const;

/** The first of them that is asked for. */
export const unsayable = (options: SshOptions): string | undefined =>
  UNSAYABLE.find((name) => options[name] !== undefined);

export function systemArguments(address: Address, options: SshOptions): SystemArguments {
  const unsaid = unsayable(options);
  if (unsaid !== undefined)
    throw new Failure("unsupported", `the system's ssh cannot be told \`ssh.${unsaid}\``, {
      remedy: "Load the key into the ssh agent, name jump hosts with `proxyJump`, or leave `client: system` out",
    });
  if (address.host.startsWith("-") || (options.user ?? address.user)?.startsWith("-"))
    throw new Failure("invalid", `"${address.label}" names a host or a user that begins with a dash`);
  const files = folder();
  const said = { ...options, user: options.user ?? address.user, port: options.port ?? address.port };
  const key = options.privateKey ?? address.parameters.keyfile;
  const option = (name: string, value: string): string[] => ["-o", `${name}=${value}`];
  return {
    words: [
      "-T",
      ...["-e", "none"],
      // The first value wins, so these stand before what the files say.
      ...option("BatchMode", "yes"),
      ...option("ConnectTimeout", "30"),
      ...option("ServerAliveInterval", "4"),
      ...option("ServerAliveCountMax", "3"),
      ...(said.configFile === undefined ? [] : ["-F", expanded(said.configFile)]),
      ...(said.port === undefined ? [] : ["-p", String(said.port)]),
      ...(said.user === undefined ? [] : ["-l", said.user]),
      ...(key === undefined ? [] : ["-i", keyFile(key, files), ...option("IdentitiesOnly", "yes")]),
      ...(said.agent === undefined ? [] : option("IdentityAgent", expanded(said.agent))),
      ...(said.proxyJump === undefined ? [] : option("ProxyJump", said.proxyJump)),
      ...hostKeyWords(address, options, files).flatMap(([name, value]) => option(name, value)),
      ...["--", address.host],
    ],
    forget: files.forget,
  };
}

function keyFile(key: string, files: Files): string {
  return key.includes("-----BEGIN") ? files.write("key", `${key.trim()}\n`) : expanded(key);
}

/** Host keys are checked as the built-in client checks them. */
function hostKeyWords(
  { parameters }: Address,
  options: SshOptions,
  files: Files,
): readonly (readonly [string, string])[] {
  const { known_hosts: named, known_hosts_verify: verify, no_verify: none } = parameters;
  if (options.hostKey !== undefined)
    return [
      ["UserKnownHostsFile", quoted(files.write("known_hosts", `* ${options.hostKey}\n`))],
      ["GlobalKnownHostsFile", "/dev/null"],
      ["StrictHostKeyChecking", "yes"],
    ];
  const file = options.knownHosts ?? named;
  const careless = verify === "ignore" || (none !== undefined && none !== "0");
  const strict = careless ? "no" : verify === "auto" ? "accept-new" : verify === "normal" ? "yes" : undefined;
  return [
    ...(careless ? [["UserKnownHostsFile", "/dev/null"] as const] : []),
    ...(file && !careless ? [["UserKnownHostsFile", quoted(expanded(file))] as const] : []),
    ...(strict ? [["StrictHostKeyChecking", strict] as const] : []),
  ];
}

/** OpenSSH reads blanks in an option's value as the end of a path. */
const quoted = (path: string): string => (/\s/.test(path) ? `"${path}"` : path);

interface Files {
  readonly write: (name: string, text: string) => string;
  readonly forget: () => void;
}

/** A private folder, made when it is first needed. */
function folder(): Files {
  let path: string | undefined;
  return {
    write: (name, text) => {
      path ??= mkdtempSync(join(tmpdir(), "kvm-ssh-"));
      writeFileSync(join(path, name), text, { mode: 0o600 });
      return join(path, name);
    },
    forget: () => {
      if (path !== undefined) rmSync(path, { recursive: true, force: true });
      path = undefined;
    },
  };
}
