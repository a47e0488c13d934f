/** Whether the wait is over, from what was seen so far. */
import type { WaitFor } from "../../../model";
import type { Power } from "../powerState";
import { type Answers, enough, gather, type Seen, type Source, sources } from "./addresses";
import type { Ended, FromAgent } from "./cloudInit";
import type { Pending } from "./wording";

export interface Facts {
  readonly power?: Power | undefined;
  readonly answers: Answers;
  /** Whether the agent gave any answer at all. */
  readonly agentAnswers: boolean;
  readonly fromAgent?: FromAgent | undefined;
  readonly heard?: Ended | undefined;
}
export interface Verdict {
  readonly seen: Seen;
  readonly pending: Pending;
  /** Reasons when it is over: none when all is well. */
  readonly over?: readonly string[];
  /** What cloud-init passed over. */
  readonly warnings: readonly string[];
}

export const sourcesOf = ({ addressSources }: WaitFor): readonly Source[] => addressSources ?? sources;

export function verdict(wanted: WaitFor, macs: readonly string[], facts: Facts): Verdict {
  const { power, fromAgent, heard } = facts;
  const asked = Object.fromEntries(sourcesOf(wanted).map((source) => [source, facts.answers[source]]));
  const seen = gather(macs, asked as Answers);
  const { address = "none" } = wanted;
  const ended = fromAgent && "ended" in fromAgent ? fromAgent.ended : heard;
  const off = fromAgent && "off" in fromAgent ? fromAgent.off : undefined;
  const pending: Pending = {
    ...(address !== "none" && !enough(address, seen) ? { address } : {}),
    ...(wanted.agent && !facts.agentAnswers ? { agent: true } : {}),
    ...(wanted.cloudInit && !ended && off === undefined ? { cloudInit: true } : {}),
  };
  const common = { seen, pending, warnings: wanted.cloudInit ? (ended?.warnings ?? []) : [] };
  const waits = Object.keys(pending).length > 0;
  const stands = power && (power.state === "stopped" || power.fault === true) ? power.why : undefined;
  if (waits && stands) return { ...common, over: [stoodStill(stands)] };
  if (waits) return common;
  return { ...common, over: wanted.cloudInit ? complaints(ended, off) : [] };
}

const stoodStill = (why: string): string =>
  `nothing more to wait for: ${why}. The machine is kept as it is: see on its console or in its log on the host why, then run \`pulumi up\` again`;

function complaints(ended: Ended | undefined, off: string | undefined): string[] {
  if (off !== undefined)
    return [`cloud-init did not run: ${off}. See whether its disc is attached, or leave \`waitFor.cloudInit\` out`];
  if (!ended || ended.errors.length === 0) return [];
  return [
    `cloud-init ended with errors: ${ended.errors.join("; ")}. The machine is kept as it is: see \`cloud-init status --long\` and /var/log/cloud-init-output.log in the guest`,
  ];
}
