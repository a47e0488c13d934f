/** Paths as people write them. */
import { homedir } from "node:os";

/** `~/` is the home of the user who runs Pulumi. */
export const expanded = (path: string): string => path.replace(/^~(?=\/)/, homedir());
