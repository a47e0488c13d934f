/** The ssh agent: which keys it holds, and in which order they are offered. */
import type { BaseAgent, ParsedKey } from "ssh2";
import type { Failure } from "../../failure";
import { attempt } from "../attempt";
import { expanded } from "../home";
import type { Limits } from "../session";
import type { Destination } from "./destination";
import { type PassedOver, passedOver } from "./passedOver";

type Ssh2 = Pick<typeof import("ssh2"), "createAgent" | "utils">;

/** An agent that holds these keys, the first to be offered first. */
export interface Held {
  readonly agent: BaseAgent;
  readonly keys: readonly Buffer[];
  /** Why it did not say what it holds. */
  readonly silence?: string | undefined;
  /** What it holds beside them that only OpenSSH itself can offer. */
  readonly passedOver: readonly PassedOver[];
}

/** The agent's socket that was said, or that of the environment. */
export function agentSocket({ options, settings }: Destination): string | undefined {
  const said = options.agent ?? settings.identityAgent ?? process.env["SSH_AUTH_SOCK"];
  return said === undefined || said === "" || said === "none" ? undefined : expanded(said);
}

/** Which keys of an agent are to be offered: those that are listed first, or alone. */
export interface Wish {
  readonly listed: readonly Buffer[];
  readonly only: boolean;
}

/** How long an agent may take to say what it holds, in ms. */
const PATIENCE = 10_000;

/** Asks the agent what it holds; one that is gone, or that does not answer, holds nothing. */
export async function held(
  socket: string,
  { listed, only }: Wish,
  ssh2: Ssh2,
  { signal, deadline = Number.POSITIVE_INFINITY }: Limits,
): Promise<Held> {
  const agent = ssh2.createAgent(socket);
  let silence: string | undefined;
  const limits = { signal, deadline: Math.min(deadline, Date.now() + PATIENCE) };
  const beside = passedOver(agent, ssh2.utils.parseKey, limits);
  const all = await attempt<readonly ParsedKey[]>(`the ssh agent at ${socket}`, limits, (done) => {
    agent.getIdentities((error, keys) => {
      if (error) silence = error.message;
      // From an agent over a socket ssh2 gives parsed keys.
      done(error || !keys ? [] : (keys as ParsedKey[]));
    });
    return () => undefined;
  }).catch((failure: Failure) => {
    if (failure.code === "cancelled") throw failure;
    silence = "it does not answer";
    return [];
  });
  const others = await beside;
  /** Its place in the list; what is not listed comes after. */
  const rank = (key: Buffer): number => {
    const at = listed.findIndex((known) => known.equals(key));
    return at < 0 ? listed.length : at;
  };
  const offered = all
    .map((key) => ({ key, bytes: key.getPublicSSH() }))
    .filter(({ bytes }) => !only || rank(bytes) < listed.length)
    .sort((a, b) => rank(a.bytes) - rank(b.bytes));
  // ssh2 asks the agent again when it logs in: it is told of those that are to be offered.
  agent.getIdentities = (callback) =>
    callback(
      undefined,
      offered.map(({ key }) => key),
    );
  return { agent, keys: offered.map(({ bytes }) => bytes), silence, passedOver: only ? [] : others };
}
