/** What a preview asks of a host in vain. It goes on all the same: the host may be there by the time of the update. */
import { Failure } from "../failure";
import type { Host } from "../host/host";
import type { Run } from "../plugin/resource";
import { isUnanswered } from "./unanswered";

/** Those that did not answer: each is told once, not with every object. */
const silent = new WeakSet<Host>();

export function tellUnasked(run: Run, host: Host, failure: Failure): void {
  if (failure.code === "cancelled") return;
  if (!isUnanswered(failure)) {
    run.log.warn(`${failure.in({ host: host.name }).message} (so this preview cannot tell all of it)`);
    return;
  }
  if (silent.has(host)) return;
  silent.add(host);
  const { object: _, ...circumstances } = failure.circumstances;
  const alone = new Failure(failure.code, failure.problem, { host: host.name, ...circumstances });
  run.log.warn(`${alone.message} (this preview goes on without it)`);
}
