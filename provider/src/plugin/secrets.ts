/** Takes out of a text what its reader must not see: the last line of defence, behind messages that quote no secret. */
import { asset, type Bag, type Properties } from "./resource";

/** The texts that stand at secret paths, found when the first text is to be cleaned: most calls say nothing. */
export function scrubber(held: () => readonly Properties[]): (text: string) => string {
  let secrets: readonly string[] | undefined;
  return (text) => {
    secrets ??= secretTexts(held());
    return secrets.reduce((clean, secret) => clean.replaceAll(secret, "[secret]"), text);
  };
}

/** The longest first: one that begins like another must not leave the other's rest. */
function secretTexts(held: readonly Properties[]): string[] {
  const texts = new Set<string>();
  for (const { values, secrets } of held)
    for (const path of secrets)
      collect(
        path.reduce<unknown>((at, step) => (at as Bag | null | undefined)?.[step as string], values),
        texts,
      );
  return [...texts].sort((a, b) => b.length - a.length);
}

function collect(value: unknown, into: Set<string>): void {
  // Shorter ones would take words out of every message and give themselves away by it.
  if (typeof value === "string" && value.length >= 4) into.add(value).add(JSON.stringify(value).slice(1, -1));
  else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) collect(part, into);
    if (asset in value) collect(value[asset], into);
  }
}
