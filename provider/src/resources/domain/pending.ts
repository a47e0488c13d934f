/** What waits for the next cold start. Pure. */
import { resources } from "../../model";
import type { Bag } from "../../plugin/resource";
import { diff } from "../../vocabulary";
import { editsOf } from "../edits";
import { fingerprint, type Loose } from "../values";
import { merged, plan } from "./plan";
import { lifeKey } from "./state";

/** What a guest has below a ceiling is told under the ceiling's name. */
const names: Readonly<Record<string, string>> = { currentMemory: "memory", currentVcpus: "vcpus" };

/**
 * Those of `waiting` (properties by their first name) in which the running machine still differs from the next start's.
 * What edits changed no property says: they wait until the machine starts anew.
 */
export function stillPending(waiting: readonly string[], live: Loose, persistent: Loose): string[] {
  if (waiting.length === 0) return [];
  const differing = diff(resources.Domain.inputs, live as never, persistent as never).map(({ path }) =>
    String(path[0]),
  );
  const open = new Set([...differing, ...differing.map((name) => names[name]), "xml"]);
  return [...new Set(waiting)].filter((name) => open.has(name));
}

/** What the state says is waiting. */
export const waitingIn = ({ pendingRestart }: Bag): string[] =>
  Array.isArray(pendingRestart) ? pendingRestart.map(String) : [];

/** Of what the state says is waiting: nothing once the machine runs in another process than the one that could not change. */
export function leftOver(outputs: Bag, live: Loose, persistent: Loose): string[] {
  const same = outputs[lifeKey] === undefined || outputs[lifeKey] === live["id"];
  return same ? stillPending(waitingIn(outputs), live, persistent) : [];
}

/** Whether the program's edits change, taken out ones too. */
export const edited = (was: Loose, want: Loose): boolean => fingerprint(editsOf(was)) !== fingerprint(editsOf(want));

interface Sides {
  readonly live: Loose;
  readonly today: Loose;
  readonly desired: Loose;
  /** The program's side of today and of the wanted machine. */
  readonly was: Loose;
  readonly want: Loose;
}
/** What of the program's change only a cold start brings. */
export function arising({ live, today, desired, was, want }: Sides): string[] {
  // An update that broke off after it had written the definition left nothing of this to see in today's.
  const missed = plan(live, live, merged(live, was, want)).boot;
  const edits = edited(was, want) ? ["xml"] : [];
  return stillPending([...plan(live, today, desired).boot, ...missed, ...edits], live, desired);
}
