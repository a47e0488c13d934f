/** Who we say we are over ssh: keys, the agent, a password, in the order in which they are offered. */
import { homedir } from "node:os";
import { join } from "node:path";
import type { AnyAuthMethod, ParsedKey } from "ssh2";
import { Failure } from "../../failure";
import type { Limits } from "../session";
import { agentSocket, type Held, held } from "./agent";
import type { Destination } from "./destination";
import { heldKey, type KeyFile, namedKey, usualKey } from "./keyFile";
import { fingerprint } from "./knownHosts";
import { isCertificate, type PassedOver } from "./passedOver";

export interface Identity {
  readonly method: AnyAuthMethod;
  /** For the error message: what was offered. */
  readonly label: string;
}

export interface Identities {
  readonly offers: readonly Identity[];
  /** What is there and could not be offered, and why. */
  readonly withheld: readonly string[];
  /** What only OpenSSH could do with what is there. */
  readonly beyond?: string | undefined;
  /** What OpenSSH would offer before all this. */
  readonly preferred?: string | undefined;
}

type Ssh2 = Pick<typeof import("ssh2"), "createAgent" | "utils">;

const DEFAULTS = ["id_ed25519", "id_ecdsa", "id_rsa"];

/** The words of the URI's `sshauth`, as libvirt's own ssh transports have them. */
const SSHAUTH = ["agent", "privkey", "password", "keyboard-interactive"] as const;
type Way = (typeof SSHAUTH)[number];

export async function identities(to: Destination, ssh2: Ssh2, limits: Limits): Promise<Identities> {
  const keys = await keysOf(to, ssh2, limits);
  const offers: Record<Way, readonly Identity[]> = { ...keys.offers, ...passwords(to) };
  const ways = waysOf(to);
  return {
    offers: ways.flatMap((way) => offers[way]),
    withheld: [...keys.withheld, ...(ways.includes("agent") ? keys.passedOver.map(told) : [])],
    beyond: keys.beyond,
    preferred: ways.includes("agent") ? certificateOf(keys.passedOver) : undefined,
  };
}

function waysOf({ parameters, settings: { methods } }: Destination): readonly Way[] {
  if (!parameters.sshauth) {
    const publickey: readonly Way[] = methods.publickey ? ["agent", "privkey"] : [];
    return [
      ...publickey,
      ...(methods.password ? (["password"] as const) : []),
      ...(methods.interactive ? (["keyboard-interactive"] as const) : []),
    ];
  }
  return parameters.sshauth.split(",").map((word) => {
    const way = SSHAUTH.find((known) => known === word.trim());
    if (!way)
      throw new Failure("invalid", `"${word}" in \`sshauth\` of the URI is no way to log in`, {
        remedy: `There are ${SSHAUTH.join(", ")}`,
      });
    return way;
  });
}

async function keysOf(to: Destination, ssh2: Ssh2, limits: Limits): Promise<Keys> {
  const named = await namedIdentity(to, ssh2);
  if (named?.key) return keysFrom([named], undefined, to);
  // A key that is locked, or of which only the public half is there, may be in the agent.
  const files = named ? [named] : await usualFiles(to, ssh2);
  const agent = await agentOf(to, files, named !== undefined || to.settings.identitiesOnly, ssh2, limits);
  if (named?.obstacle && !agent?.keys.length) throw named.obstacle;
  return keysFrom(files, agent, to);
}

interface Keys {
  readonly offers: { readonly agent: readonly Identity[]; readonly privkey: readonly Identity[] };
  readonly withheld: readonly string[];
  readonly beyond: string | undefined;
  /** What the agent holds that only OpenSSH itself can offer. */
  readonly passedOver: readonly PassedOver[];
}

function keysFrom(files: readonly KeyFile[], agent: Held | undefined, to: Destination): Keys {
  const username = to.settings.meaning.user;
  const offer = (key: ParsedKey, label: string): Identity => ({
    method: { type: "publickey", username, key },
    label: `${label} (${fingerprint(key.getPublicSSH())})`,
  });
  const inAgent = ({ publicKey }: KeyFile) => publicKey && agent?.keys.some((key) => key.equals(publicKey));
  const left = files.filter((found) => !inAgent(found));
  return {
    offers: {
      agent: agent ? [agentOffer(agent, username)] : [],
      privkey: left.flatMap(({ key, file }) => (key ? [offer(key, file)] : [])),
    },
    withheld: left.flatMap(({ obstacle }) => (obstacle ? [obstacle.problem] : [])),
    beyond: beyondOf(files),
    passedOver: agent?.passedOver ?? [],
  };
}

/** The one key that the user names, by its text or its file. */
async function namedIdentity({ options, parameters }: Destination, { utils }: Ssh2): Promise<KeyFile | undefined> {
  const { privateKey, passphrase } = options;
  if (privateKey?.includes("-----BEGIN")) return heldKey(privateKey, "privateKey", passphrase, utils.parseKey);
  const file = privateKey ?? parameters.keyfile;
  return file ? namedKey(file, passphrase, utils.parseKey) : undefined;
}

/** A certificate beside a key is offered before it by OpenSSH. */
function beyondOf(files: readonly KeyFile[]): string | undefined {
  const certified = files.find((found) => found.certified);
  return certified && `the certificate beside ${certified.file}`;
}

const told = ({ type, comment }: PassedOver): string =>
  `the ssh agent's ${type} ${JSON.stringify(comment)} (only OpenSSH itself can, by \`ssh.client: system\`)`;

function certificateOf(held: readonly PassedOver[]): string | undefined {
  const certificate = held.find(isCertificate);
  return certificate && `the certificate ${JSON.stringify(certificate.comment)} that the ssh agent holds`;
}

async function usualFiles({ settings, options }: Destination, { utils }: Ssh2): Promise<readonly KeyFile[]> {
  const said = settings.identityFiles;
  const files = said.length > 0 ? said : DEFAULTS.map((name) => join(homedir(), ".ssh", name));
  const found = await Promise.all(files.map((file) => usualKey(file, options.passphrase, utils.parseKey)));
  return found.flatMap((each) => each ?? []);
}

async function agentOf(
  to: Destination,
  files: readonly KeyFile[],
  only: boolean,
  ssh2: Ssh2,
  limits: Limits,
): Promise<Held | undefined> {
  const socket = agentSocket(to);
  const listed = files.flatMap(({ publicKey }) => publicKey ?? []);
  return socket === undefined ? undefined : held(socket, { listed, only }, ssh2, limits);
}

const agentOffer = ({ agent, keys, silence }: Held, username: string): Identity => ({
  method: { type: "agent", username, agent },
  label: `the agent's keys (${silence ?? (keys.map(fingerprint).join(", ") || "it holds none")})`,
});

/** Whether it tells the host something that another host could use. */
export const tells = ({ method: { type } }: Identity): boolean =>
  type === "password" || type === "keyboard-interactive";

/** A password is an answer to the one hidden question that a host asks; whatever else it asks stays without. */
function passwords({
  options: { password },
  settings,
}: Destination): Record<"password" | "keyboard-interactive", readonly Identity[]> {
  if (password === undefined) return { password: [], "keyboard-interactive": [] };
  const username = settings.meaning.user;
  return {
    password: [{ method: { type: "password", username, password }, label: "the password" }],
    "keyboard-interactive": [
      {
        method: {
          type: "keyboard-interactive",
          username,
          prompt: (_name, _instructions, _language, prompts, finish) =>
            finish(prompts.map(({ echo }) => (echo ? "" : password))),
        },
        label: "the password, where it was asked for",
      },
    ],
  };
}
