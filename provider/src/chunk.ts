/** Parts of the bundle, compiled from a code cache where one fits: that halves the time to the first answer. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";

/** A cache fits only the Node and the processor that made it. */
export const cacheName = (name: string): string => `${name}.${process.version}-${process.arch}.cache`;

/** The exports of `NAME.cjs` in `folder`; `compiled` gets the script, for whoever makes a cache of it. */
export function chunk<T>(folder: string, name: string, compiled?: (script: Script) => void): T {
  const filename = join(folder, `${name}.cjs`);
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(filename, "utf8")}\n})`;
  const cachedData = cacheOf(join(folder, cacheName(name)));
  const script = new Script(source, { filename, ...(cachedData && { cachedData }) });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(filename), module, filename, folder);
  compiled?.(script);
  return module.exports as T;
}
function cacheOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
