/** The inputs of a machine that no program has said yet: all there is, as a person would write it. Pure. */
import { resources } from "../../model";
import type { Bag } from "../../plugin/resource";
import { brief, edits, read, write } from "../../vocabulary";
import { canonical, parse, print } from "../../xml";
import { hidden } from "../state";
import type { Today } from "./drift";
import { standsElsewhere } from "./driveAddress";
import { withoutMark } from "./mark";
import { isLoose, type Loose } from "./values";

const Domain = resources.Domain.inputs;

/** `preset: "none"`, so that no default of ours is ever laid over it. What no property says comes as `xml` edits. */
export function importedInputs(
  xml: string,
  { power, autostart }: Pick<Today, "power" | "autostart">,
  host: string | undefined,
): Bag {
  const whole = withoutMark(parse(xml));
  const value = JSON.parse(JSON.stringify(read(Domain, whole))) as Record<string, unknown>;
  delete value["id"];
  const said = parse(print(write(Domain, value as never)));
  const left = canonical(said) === canonical(whole) ? [] : edits(said, whole);
  return {
    preset: "none",
    ...(brief(Domain, unplaced(value) as never) as Bag),
    powerState: power.state,
    ...(autostart ? { autostart } : {}),
    ...(host === undefined ? {} : { host }),
    ...(left.length > 0 ? { xml: left as unknown as Bag[] } : {}),
    [hidden.defaults]: {},
  };
}

/**
 * Where libvirt put the devices is no wish of anybody's: they stay there as long as no program speaks of it. A drive
 * that somebody put elsewhere than its name says would move when the machine is made anew, so its address is kept.
 */
function unplaced(value: Loose): Loose {
  const bare = (list: string, item: unknown): unknown => {
    if (!isLoose(item)) return item;
    if (standsElsewhere(item)) return item;
    const { address: _, target, ...others } = item;
    return target === undefined || list === "controllers" ? others : { ...others, target };
  };
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      name,
      Array.isArray(held) ? held.map((item) => bare(name, item)) : held,
    ]),
  );
}
