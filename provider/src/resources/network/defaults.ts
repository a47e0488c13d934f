/** What is filled in at a network's birth where the program says nothing. */
import type { Bag } from "../../plugin/resource";

export const birthDefaults: Bag = { autostart: true };
