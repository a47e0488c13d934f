/** What waits for the next cold start. Pure. */
import { resources } from "../../model";
import { diff } from "../../vocabulary";
import type { Loose } from "./values";

/** Those of `waiting` (properties by their first name) in which the running machine still differs from the next start's. */
export function stillPending(waiting: readonly string[], live: Loose, persistent: Loose): string[] {
  if (waiting.length === 0) return [];
  const open = new Set(
    diff(resources.Domain.inputs, live as never, persistent as never).map(({ path }) => String(path[0])),
  );
  return [...new Set(waiting)].filter((name) => open.has(name));
}
