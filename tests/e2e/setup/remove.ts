/** Called once after all tests of the lab. */
import { rmSync } from "node:fs";
import { endKeys } from "./keys";
import { forRun } from "./stack";

export default async function remove(): Promise<void> {
  await endKeys();
  rmSync(forRun(), { recursive: true, force: true });
}
