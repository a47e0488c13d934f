/** A volume that is made anew, whoever asked for that: its data must have been given up, and nobody may be using it. */
import { Failure } from "../../failure";
import type { Host } from "../../host/host";
import type { Bag, Run } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { maybe } from "../maybe";
import { limitsOf } from "../whereabouts";
import { find } from "./calls";
import { contentsOf } from "./document";
import { objectOf, type Volume } from "./id";
import { usersOf } from "./users";

/** Check refuses what Diff would replace; of what the engine replaces on its own only creation and deletion tell. */
export function mustBeGivenUp(old: Volume, host: Host, coming: Bag): void {
  if (coming["replaceData"] === true || coming["replaceData"] === unknown) return;
  throw new Failure("refused", "another volume would be made in its place, and the data of this one lost", {
    object: objectOf(old),
    host: host.name,
    remedy:
      "Set replaceData: true if they may go; else leave out what asks for it (`--replace`, `replaceOnChanges`, a replacement trigger, `pulumi state taint`)",
  });
}

export async function mustBeUnused(host: Host, volume: Volume, path: string): Promise<void> {
  const users = await usersOf(host, volume, path);
  if (users.length === 0) return;
  throw new Failure("refused", `it is in use: ${users.join(", ")}`, {
    object: objectOf(volume),
    host: host.name,
    remedy: "Take it out of them first, or keep it with the option retainOnDelete",
  });
}

/** Of two volumes of one name the old one goes first: a preview says what would keep it. */
export async function warnOfUse(run: Run, host: Host, old: Volume): Promise<void> {
  const there = await maybe(find(host, old, limitsOf(run)));
  if (!there) return;
  await mustBeUnused(host, old, contentsOf(there).path).catch((error: unknown) => {
    if (!(error instanceof Failure) || error.code !== "refused") throw error;
    run.log.warn(`${error.message} (unless that is done first, the update will refuse to make it anew)`);
  });
}
