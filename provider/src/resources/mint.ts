/** The mark of a provider's state, made once: `CheckConfig` writes it into the state, and from then on the state's wins. */
import { createHmac, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * A first preview and the update after it are two processes that share no state and no seed, and under a saved plan both
 * must come to one mark. So it hangs on a random seed of this user's Pulumi home, and on which provider of which project it is for.
 */
export function mintOwner(
  urn: string,
  project = process.cwd(),
  home = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"),
): string {
  const backend = process.env["PULUMI_BACKEND_URL"] ?? "";
  return createHmac("sha256", seedOf(home))
    .update(JSON.stringify([withoutVersion(urn), project, backend]))
    .digest("hex")
    .slice(0, 32);
}

/** The engine names a default provider by its version (`default_0_1_0`): what an older one of this program made must stay ours. */
const withoutVersion = (urn: string): string => urn.replace(/(::pulumi:providers:kvm::default)_\d\w*$/, "$1");

function seedOf(home: string): string {
  const file = join(home, "kvm-seed");
  try {
    mkdirSync(home, { recursive: true });
    // Exclusive: of two first runs at once, one writes and both read that.
    writeFileSync(file, randomBytes(32).toString("hex"), { flag: "wx", mode: 0o600 });
  } catch {
    // It is there already, or the home cannot be written: reading tells which.
  }
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Without a home there is nothing to keep it in: a mark for this run alone still keeps objects apart.
    return randomBytes(32).toString("hex");
  }
}
