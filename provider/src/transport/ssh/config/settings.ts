/** What ssh_config(5) says of a host, in the words of the login. */
import { userInfo } from "node:os";
import { Failure } from "../../../failure";
import type { Limits } from "../../session";
import { files } from "./files";
import type { Line } from "./lines";
import { type Asked, type Said, said } from "./said";
import { commandOf, detokenized, type Meaning, pathOf } from "./tokens";

export interface Settings {
  readonly meaning: Meaning;
  /** Key files in the order in which they are to be offered; none where nothing was said. */
  readonly identityFiles: readonly string[];
  readonly certificateFiles: readonly string[];
  /** Only the keys of these files are offered, whatever else the agent holds. */
  readonly identitiesOnly: boolean;
  /** The agent's socket; `none` for no agent; undefined for that of the environment. */
  readonly identityAgent?: string | undefined;
  /** Hosts to go through, as `ProxyJump` has them. */
  readonly proxyJump?: string | undefined;
  /** The command whose input and output is the connection. */
  readonly proxyCommand?: string | undefined;
  readonly userKnownHosts?: readonly string[] | undefined;
  readonly globalKnownHosts?: readonly string[] | undefined;
  /** Lists of keys that no host may show. */
  readonly revokedHostKeys: readonly string[];
  readonly strictHostKeyChecking?: "yes" | "accept-new" | "no" | undefined;
  /** Seconds. */
  readonly connectTimeout?: number | undefined;
  /** Seconds; 0 for never. */
  readonly serverAliveInterval?: number | undefined;
  readonly serverAliveCountMax?: number | undefined;
  /** Whether each way to prove who we are may be used. */
  readonly methods: { readonly publickey: boolean; readonly password: boolean; readonly interactive: boolean };
  /** What was said that only OpenSSH itself can do. */
  readonly beyond: readonly string[];
}

/** What OpenSSH does and the built-in client cannot, and the values by which nothing is asked of it. */
const BEYOND: Readonly<Record<string, readonly string[]>> = {
  CertificateFile: [],
  PKCS11Provider: ["none"],
  KnownHostsCommand: ["none"],
  VerifyHostKeyDNS: ["no", "false", "ask"],
  CanonicalizeHostname: ["no", "false", "none"],
  ProxyUseFdpass: ["no", "false"],
  BindAddress: [],
  BindInterface: [],
};

/** `configFile` names the one file to read, `none` reads no file. The commands of `Match exec` are run within the limits. */
export async function settings(asked: Asked, configFile: string | undefined, limits: Limits = {}): Promise<Settings> {
  const told = await said(files(configFile), asked, limits);
  const word = (keyword: string): string | undefined => told.first(keyword)?.words[0];
  const meaning = meaningOf(told, asked);
  const path = (text: string, place: string): string => detokenized(pathOf(text, place), meaning, place);
  const paths = (lines: readonly Line[]) =>
    lines.flatMap(({ words, place }) => words.filter((text) => text !== "none").map((text) => path(text, place)));
  const list = (line: Line | undefined) => (line ? paths([line]) : undefined);
  const agent = told.first("identityagent");
  const command = told.first("proxycommand");
  return {
    meaning,
    identityFiles: paths(told.all("identityfile")),
    certificateFiles: paths(told.all("certificatefile")),
    identitiesOnly: flag(told.first("identitiesonly"), false),
    identityAgent: agent && agentOf(agent, path),
    proxyJump: notNone(told.first("proxyjump")?.rest),
    proxyCommand: command && notNone(commandOf(command.rest, meaning, command.place)),
    userKnownHosts: list(told.first("userknownhostsfile")),
    globalKnownHosts: list(told.first("globalknownhostsfile")),
    revokedHostKeys: list(told.first("revokedhostkeys")) ?? [],
    strictHostKeyChecking: strictness(told.first("stricthostkeychecking")),
    connectTimeout: seconds(word("connecttimeout")),
    serverAliveInterval: seconds(word("serveraliveinterval")),
    serverAliveCountMax: seconds(word("serveralivecountmax")),
    methods: {
      publickey: flag(told.first("pubkeyauthentication"), true),
      password: flag(told.first("passwordauthentication"), true),
      interactive: flag(
        told.first("kbdinteractiveauthentication") ?? told.first("challengeresponseauthentication"),
        true,
      ),
    },
    beyond: Object.entries(BEYOND).flatMap(([keyword, harmless]) => {
      const line = told.first(keyword.toLowerCase());
      return line && !harmless.includes(line.words[0]?.toLowerCase() ?? "") ? [`${keyword} (${line.place})`] : [];
    }),
  };
}

function meaningOf(told: Said, asked: Asked): Meaning {
  const word = (keyword: string): string | undefined => told.first(keyword)?.words[0];
  const name = told.first("hostname");
  const named = {
    original: asked.host,
    host: asked.host,
    port: asked.port ?? portOf(told.first("port")),
    user: asked.user ?? word("user") ?? userInfo().username,
    jump: notNone(told.first("proxyjump")?.rest),
  };
  const host = name ? detokenized(name.words[0] ?? "", named, name.place) : asked.host;
  const alias = told.first("hostkeyalias");
  return { ...named, host, alias: alias && detokenized(alias.words[0] ?? "", { ...named, host }, alias.place) };
}

function portOf(line: Line | undefined): number {
  if (!line) return 22;
  const port = Number(line.words[0]);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Failure("invalid", `${line.place}: "${line.words[0]}" is no port`);
  return port;
}

function flag(line: Line | undefined, otherwise: boolean): boolean {
  const value = line?.words[0]?.toLowerCase();
  return value === undefined ? otherwise : value === "yes" || value === "true";
}

const notNone = (text: string | undefined): string | undefined => (text?.toLowerCase() === "none" ? undefined : text);

/** `$NAME` is the variable that holds the socket's path. */
function agentOf({ words, place }: Line, path: (text: string, place: string) => string): string | undefined {
  const [text = ""] = words;
  if (text === "none") return "none";
  if (text === "SSH_AUTH_SOCK") return undefined;
  return text.startsWith("$") && !text.startsWith("${") ? (process.env[text.slice(1)] ?? "none") : path(text, place);
}

/** Nobody is there to be asked: `ask` is `yes`. */
function strictness(line: Line | undefined): Settings["strictHostKeyChecking"] {
  switch (line?.words[0]?.toLowerCase()) {
    case undefined:
      return undefined;
    case "no":
    case "off":
    case "false":
      return "no";
    case "accept-new":
      return "accept-new";
    default:
      return "yes";
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A time as sshd_config(5) writes it: `90`, `1m30s`; `none` says nothing. */
function seconds(text: string | undefined): number | undefined {
  if (text === undefined || text === "none") return undefined;
  let sum = 0;
  for (const [, count = "0", unit = "s"] of text.toLowerCase().matchAll(/(\d+)([smhdw]?)/g))
    sum += Number(count) * (UNITS[unit || "s"] ?? 1);
  return sum;
}
