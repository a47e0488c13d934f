/** The two sides of an update: what the program said and says, and what comes of today's machine by it. Pure. */
import { hidden, unpackBaseline } from "../state";
import type { Loose } from "../values";
import type { Task } from "./bring";
import { expand } from "./expand";
import type { Wish } from "./fit";
import { merged } from "./plan";
import { reading } from "./render";
import { type Places, placed } from "./resolve";

/** What is asked of the host by the old inputs and by the new ones. */
export const wishes = ({ request, was, want }: Task): [Wish, Wish] => [
  { said: request.oldInputs.values, wanted: was },
  { said: request.news.values, wanted: want },
];

/** The machine as our last write, or a look since, left it. */
export function baselineOf({ request }: Task): Loose | undefined {
  const baseline = unpackBaseline(request.oldOutputs.values[hidden.baseline]);
  return baseline && reading(baseline.xml);
}

export interface Sides {
  readonly was: Loose;
  readonly want: Loose;
  readonly desired: Loose;
}
/** The program's side of before and after as libvirt is told them, and today's machine with what changed between them. */
export function sidesOf(
  task: Task,
  today: Loose,
  places: Places,
  seeds: Record<"was" | "want", string | undefined>,
): Sides {
  const was = placed(expand(task.was, { seed: seeds.was }), places);
  const want = placed(expand(task.want, { seed: seeds.want }), places);
  return { was, want, desired: merged(today, was, want) };
}
