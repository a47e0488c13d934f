/** Called once after all tests of the lab. */
import { rmSync } from "node:fs";
import { forRun } from "./stack";

export default function remove(): void {
  rmSync(forRun(), { recursive: true, force: true });
}
