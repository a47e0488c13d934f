/** What is filled in at a pool's birth where the program says nothing. */
import type { Bag } from "../../plugin/resource";

export const birthDefaults: Bag = { type: "dir", autostart: true };
