/** What an earlier update left undone: a refresh tells it, so that the next update goes on with it. */
import type { Bag } from "../../plugin/resource";
import { hidden } from "../state";
import type { Loose } from "../values";
import { expand } from "./expand";
import { lacking } from "./plan";
import type { Power } from "./powerState";
import { unpluggedKey, waitingKey } from "./state";
import { called } from "./steps/plug";

export interface Left {
  readonly reasons: readonly string[];
  readonly waiting: boolean;
  readonly unplugged: boolean;
}
interface Sight {
  readonly power: Power["state"];
  readonly marked: boolean;
  readonly live: Loose;
  readonly persistent: Loose;
  /** What the program says. */
  readonly wanted: Loose;
}

/** Of the outputs of before. What a stopped machine was to be waited for is waited for when it starts. */
export function leftUndone(old: Bag, { power, marked, live, persistent, wanted }: Sight): Left {
  // One that is paused goes on where it was.
  const waiting = power !== "stopped" && old[waitingKey] === true;
  const tries = power !== "stopped" && old[unpluggedKey] === true;
  const devices = tries ? lacking(live, persistent, expand(wanted)) : [];
  const reasons = [
    ...(waiting && power === "running" ? ["what `waitFor` names was not there in time: `pulumi up` waits again"] : []),
    ...devices.map((one) => `${called(one)} is not plugged in yet: \`pulumi up\` tries again`),
    ...(old[hidden.nonce] !== undefined && !marked
      ? ["the mark in its metadata that says whose it is, is gone: `pulumi up` puts it back"]
      : []),
  ];
  return { reasons, waiting, unplugged: devices.length > 0 };
}
