/** Asking a daemon for its features. */
import { remoteErrorOf } from "./errors";
import type { Feature } from "./features";
import type { CallLimits } from "./limits";

/** Remembers what a daemon said of its features. A refusal to speak of one is a no, as an old daemon says it. */
export function knownFeatures(ask: (feature: Feature, limits: CallLimits) => Promise<boolean>) {
  const known = new Map<Feature, boolean>();
  return async (feature: Feature, limits: CallLimits): Promise<boolean> => {
    const answer =
      known.get(feature) ??
      (await ask(feature, limits).catch((failure) => {
        if (remoteErrorOf(failure)) return false;
        throw failure;
      }));
    known.set(feature, answer);
    return answer;
  };
}
