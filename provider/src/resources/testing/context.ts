/** What a resource needs beside its request, for tests. */
import type { Context } from "../context";
import { replacements } from "../owner";

/** Of a process that has seen nothing yet. There is no host to get: a test that needs one brings its own `hosts`. */
export const contextOf = (names: readonly string[] = []): Context => ({
  hosts: () => ({ names, get: () => undefined as never, close: async () => undefined }),
  owner: () => "owner",
  planned: new Set(),
  adopted: new Set(),
  replacements: replacements(),
});
