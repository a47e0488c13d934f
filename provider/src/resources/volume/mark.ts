/** Until a volume is whole a mark of ours lies beside it, so that what a crash left is known to be half made, and to be ours. */
import { createHmac } from "node:crypto";
import { asFailure, type Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { remoteErrorOf } from "../../libvirt";
import type { Run } from "../../plugin/resource";
import { child, type Node, node } from "../../xml";
import type { Context } from "../context";
import { limitsOf } from "../whereabouts";
import { create, createFrom, describe, find, remove, taken } from "./calls";
import { document } from "./document";
import { idOf, type Volume } from "./id";
import type { Source } from "./source";

export interface Wanted extends Volume {
  /** What the model writes of the inputs. */
  readonly declared: Node;
  /** Bytes; undefined: as large as what it is made from. */
  readonly capacity: bigint | undefined;
  /** Undefined: as the data are; qcow2 for an empty one where the pool holds files. */
  readonly format: string | undefined;
  /** The id of the volume it is based on. */
  readonly backing: string | undefined;
  readonly source: Source | undefined;
}
/** Of what a mark's name is made. */
export interface Marked {
  readonly wanted: Volume;
  /** Ours alone: owner and URN. */
  readonly key: string;
}
export interface Making extends Marked {
  readonly run: Run;
  readonly host: Host;
  readonly wanted: Wanted;
}
export interface Filling extends Making {
  /** What this run may have made so far, the last first. What is not in it is somebody else's, whatever its name. */
  readonly made: Volume[];
  /** No answer came to the making of one: the host may still be at it when all is taken away. */
  unsure: boolean;
  /** A mark lies beside it, put there when its name was free: whatever has that name now is ours. */
  readonly claimed: boolean;
}

export const keyOf = (context: Context, { urn }: { readonly urn: string }): string =>
  JSON.stringify([context.owner(), urn]);

/** Beside the volume, with a name that only owner and URN give. */
export function markOf({ wanted, key }: Marked): Volume {
  const digest = createHmac("sha256", key).update(idOf(wanted)).digest("hex").slice(0, 12);
  return { pool: wanted.pool, name: `.${wanted.name}.${digest}.part` };
}

/** Of any program's volume under way. */
export const isMark = (name: string): boolean => /^\..+\.[0-9a-f]{12}\.part(\.image)?$/.test(name);

/** What came of it: the volume as the host describes it, or why that is not known, or its mark may still be there. */
export type Made = { readonly whole: Node } | { readonly doubt: Failure };

/**
 * Does `work` beside a mark, which goes when all is well, or when all that was made is gone again. `brief` is work of one call, on a
 * name that is free: it does not wait for the answer about the mark. Were the daemon to die between the two, an empty volume might be left without one.
 */
export async function marked(
  making: Making,
  before: Before,
  work: (filling: Filling) => Promise<void>,
  brief: boolean,
): Promise<Made> {
  const filling: Filling = { ...making, made: [], unsure: false, claimed: true };
  const claiming = claim(making, before);
  if (!brief || before.left || before.there) await claiming;
  const [claimed, worked] = await Promise.allSettled([claiming, work(filling)]);
  if (claimed.status === "rejected") {
    // A mark that the host refused is not this run's; one whose making was given up may be there.
    await (remoteErrorOf(claimed.reason) ? takeBack(filling) : unmake(filling));
    throw claimed.reason;
  }
  if (worked.status === "rejected") {
    await unmake(filling);
    throw worked.reason;
  }
  const [made, mark] = await Promise.all([whatItIs(making), unmark(making).then(() => undefined, asFailure)]);
  return mark ? { doubt: mark } : made;
}

/** From here on it is there, whatever is answered. */
export const whatItIs = ({ host, wanted, run }: Making): Promise<Made> =>
  describe(host, wanted, limitsOf(run)).then(
    (whole) => ({ whole }),
    (error: unknown) => ({ doubt: asFailure(error) }),
  );

/** Else what is whole would pass for half made. */
export const unmark = (making: Marked & Pick<Making, "host">): Promise<void> => remove(making.host, markOf(making), {});

/** What is there before anything is made: an old mark of ours, and a volume of that name. */
export interface Before {
  readonly left: Node | undefined;
  readonly there: Node | undefined;
}
export async function lookBefore({ run, host, wanted, key }: Making): Promise<Before> {
  const look = (volume: Volume): Promise<Node | undefined> => find(host, volume, limitsOf(run));
  const [left, there] = await Promise.all([look(markOf({ wanted, key })), look(wanted)]);
  return { left, there };
}

/** Makes the mark; takes away what an earlier run of ours left half made. Somebody else's volume is an error. */
async function claim(making: Making, { left, there }: Before): Promise<void> {
  const { run, host, wanted } = making;
  const limits = limitsOf(run);
  const mark = markOf(making);
  if (there && !left) throw taken(wanted, host, undefined);
  if (there) await remove(host, wanted, limits);
  // What an earlier run started on the host may still write to the old mark's file.
  if (left) await remove(host, mark, limits);
  await anew(host, mark, limits, () => create(host, mark, markXml(mark, wanted), limits));
}

/** As accessible as the volume: a file that the host fetches becomes the volume's own. */
function markXml({ name }: Volume, { declared }: Wanted): Node {
  const target =
    child(declared, "target")?.children.filter((c) => c.name === "permissions" || c.name === "nocow") ?? [];
  return document(node("volume", {}, [node("target", {}, target)]), { name, capacity: 0n, format: "raw" });
}

/** Creates a volume of this run's, or fails knowing that it did not: where no answer came it may be there. */
export async function begin(filling: Filling, volume: Volume, xml: Node, from?: Volume): Promise<void> {
  const { made, host, run, claimed } = filling;
  const limits = limitsOf(run);
  const attempt = () => (from ? createFrom(host, volume, xml, from, limits) : create(host, volume, xml, limits));
  made.unshift(volume);
  try {
    await (claimed ? anew(host, volume, limits, attempt) : attempt());
  } catch (error) {
    if (remoteErrorOf(error)) made.shift();
    else filling.unsure = true;
    throw error;
  }
}
/** Creates what only we can have made; where the connection was lost under it, half of it may be there, and it is made again. */
async function anew(host: Host, volume: Volume, limits: Limits, attempt: () => Promise<unknown>): Promise<void> {
  await attempt().catch(async (error: unknown) => {
    if (asFailure(error).code !== "lost") throw error;
    await remove(host, volume, limits);
    await attempt();
  });
}

/** Takes away what this run made, and the mark with it. What could not be taken away, or may yet come, keeps its mark for the next run. */
async function unmake(filling: Filling): Promise<void> {
  if ((await takeBack(filling)) && !filling.unsure) await unmark(filling).catch(() => undefined);
}
/** Whether all is gone. Why it was half made is what the user must hear, not why it stayed. */
async function takeBack({ made, host }: Filling): Promise<boolean> {
  try {
    for (const volume of made) await remove(host, volume, {});
    return true;
  } catch {
    return false;
  }
}
