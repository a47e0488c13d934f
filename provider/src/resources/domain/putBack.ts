/** Images of before that an update would put back, though the machine may have written to one that lies over them. */
import { Failure } from "../../failure";
import type { Host } from "../../host/host";
import { propertyPath } from "../../path";
import { items, type Loose } from "../values";
import { type Moved, placeOf, targetOf, twin, uncovered } from "./snapshots";

interface Machines {
  readonly before: Loose;
  readonly today: Loose;
  readonly desired: Loose;
}

/** By the targets of their disks. */
function putBack({ before, today, desired }: Machines): string[] {
  return items(today, "disks").flatMap((disk) => {
    const [then, next] = [before, desired].map((machine) => placeOf(twin(disk, machine)));
    return next !== undefined && next === then && next !== placeOf(disk) ? [targetOf(disk)] : [];
  });
}

/** What is desired without those of them over which today's images are known to lie: they stay as they are. */
export function leavingLayers({ covered }: Moved, machines: Machines): Loose {
  const kept = putBack(machines).filter((target) => covered.has(target));
  return uncovered(machines.desired, machines.today, new Set(kept));
}

/** Why it must not be done, for each of them over which today's image may lie; nobody can tell. */
export function doubts(
  { unread }: Moved,
  machines: Machines,
  { name, host, want }: { readonly name: string; readonly host: Host; readonly want: Loose },
): Failure[] {
  return putBack(machines).flatMap((target) => {
    const why = unread.get(target);
    if (why === undefined) return [];
    const on = { target: { dev: target } };
    const [now, then] = [machines.today, machines.before].map((machine) => placeOf(twin(on, machine)));
    const index = items(want, "disks").findIndex((disk) => targetOf(disk) === target);
    const property = index < 0 ? ["disks"] : ["disks", index];
    const problem = `disk ${target} writes to ${now}, and ${then} would be put back. If the first lies over the second, what was written since would be lost, and whether it does cannot be told: ${why}`;
    const remedy = `To keep it, name ${now} in ${propertyPath(property)}, or merge it into ${then} (\`virsh blockcommit ${name} ${target} --active --pivot\` while it runs); where it is another image, put the old one back with \`virsh edit ${name}\``;
    return [new Failure("refused", problem, { object: `domain ${name}`, host: host.name, property, remedy })];
  });
}
