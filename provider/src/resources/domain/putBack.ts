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

/** A disk of today by its target, and the target at which the image that it had before is desired. */
interface Back {
  readonly target: string;
  readonly as: string;
}
function putBack({ before, today, desired }: Machines): Back[] {
  const wanted = items(desired, "disks");
  return items(today, "disks").flatMap((disk) => {
    const [target, now, then] = [targetOf(disk), placeOf(disk), placeOf(twin(disk, before))];
    if (then === undefined || then === now) return [];
    if (placeOf(twin(disk, desired)) === then) return [{ target, as: target }];
    // A disk that gets another bus gets another target, too.
    const moves = wanted.every((one) => placeOf(one) !== now);
    const as = wanted.find((one) => moves && placeOf(one) === then && placeOf(twin(one, today)) !== then);
    return as ? [{ target, as: targetOf(as) }] : [];
  });
}

/** What is desired without those of them over which today's images are known to lie: they stay as they are. */
export function leavingLayers({ covered }: Moved, machines: Machines): Loose {
  const kept = putBack(machines).filter(({ target, as }) => as === target && covered.has(target));
  return uncovered(machines.desired, machines.today, new Set(kept.map(({ target }) => target)));
}

/** Why it must not be done, for each of them over which today's image may lie and nobody can tell, or lies and cannot stay where it is. */
export function doubts(
  { covered, unread }: Moved,
  machines: Machines,
  { name, host, want }: { readonly name: string; readonly host: Host; readonly want: Loose },
): Failure[] {
  return putBack(machines).flatMap(({ target, as }) => {
    const on = { target: { dev: target } };
    const [now, then] = [machines.today, machines.before].map((machine) => placeOf(twin(on, machine)));
    const why = unread.get(target);
    const certain = as !== target && covered.has(target);
    if (why === undefined && !certain) return [];
    const risk = certain
      ? `The first lies over the second: what was written since would be lost`
      : `If the first lies over the second, what was written since would be lost, and whether it does cannot be told: ${why}`;
    const index = items(want, "disks").findIndex((disk) => targetOf(disk) === as);
    const property = index < 0 ? ["disks"] : ["disks", index];
    const problem = `disk ${target} writes to ${now}, and ${then} would be put back${as === target ? "" : ` as disk ${as}`}. ${risk}`;
    const other = certain ? "" : `; where it is another image, put the old one back with \`virsh edit ${name}\``;
    const remedy = `To keep it, name ${now} in ${propertyPath(property)}, or merge it into ${then} (\`virsh blockcommit ${name} ${target} --active --pivot\` while it runs)${other}`;
    return [new Failure("refused", problem, { object: `domain ${name}`, host: host.name, property, remedy })];
  });
}
