/** The ssh agent: which keys it holds, and in which order they are offered. */
import type { BaseAgent, ParsedKey } from "ssh2";
import { expanded } from "../home";
import type { Destination } from "./destination";

type Ssh2 = Pick<typeof import("ssh2"), "createAgent">;

/** An agent that holds these keys, the first to be offered first. */
export interface Held {
  readonly agent: BaseAgent;
  readonly keys: readonly Buffer[];
  /** Why it did not say what it holds. */
  readonly silence?: string | undefined;
}

/** The agent's socket that was said, or that of the environment. */
export function agentSocket({ options, settings }: Destination): string | undefined {
  const said = options.agent ?? settings.identityAgent ?? process.env["SSH_AUTH_SOCK"];
  return said === undefined || said === "" || said === "none" ? undefined : expanded(said);
}

/** Asks the agent what it holds; one that is gone holds nothing. Of the keys, those that are `listed` come first, or alone. */
export async function held(socket: string, listed: readonly Buffer[], only: boolean, ssh2: Ssh2): Promise<Held> {
  const agent = ssh2.createAgent(socket);
  // From an agent over a socket ssh2 gives parsed keys.
  let silence: string | undefined;
  const all = await new Promise<readonly ParsedKey[]>((resolve) =>
    agent.getIdentities((error, keys) => {
      if (error) silence = error.message;
      resolve(error || !keys ? [] : (keys as ParsedKey[]));
    }),
  );
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
  return { agent, keys: offered.map(({ bytes }) => bytes), silence };
}
