/** Whether the model can say what libvirt's schemas allow, and nothing else. */
import { coverage } from "./testing/coverage";
import { excuses } from "./testing/excuses";
import { releases } from "./testing/releases";
import { roots as definitions } from "./testing/rng";
import { roots } from "./testing/roots";

type Reasons = Readonly<Record<string, string>>;
const isExcused = (path: string, by: Reasons): boolean =>
  Object.keys(by).some((excuse) => path === excuse || path.startsWith(`${excuse}/`) || path.startsWith(`${excuse}=`));
const idle = (by: Reasons, paths: readonly string[]): string[] =>
  Object.entries(by).flatMap(([excuse, why]) =>
    paths.some((path) => isExcused(path, { [excuse]: why })) ? [] : excuse,
  );
/** From here on a root is whole: what is missing has a reason, each. */
const WHOLE = 99.5;

/** By root, what differs with any of the releases. */
const differing = new Map(
  Object.keys(roots).map((name) => [name, { missing: [] as string[], strangers: [] as string[] }]),
);

// Jest takes an empty table for a mistake.
if (releases.length === 0) test.skip("libvirt, whose schemas this machine has not", () => undefined);
else
  describe.each(releases)("libvirt $version", ({ version, folder }) => {
    test.each(Object.entries(roots))("%s", (name, { schema, of, least }) => {
      const { missing = {}, strangers = {} } = excuses[name] ?? {};
      const found = coverage(definitions(folder, schema), of, version);
      const lacks = found.missing.filter((path) => !isExcused(path, missing));
      const percent = 100 * (1 - found.missing.length / found.total);
      expect({ strangers: found.strangers.filter((path) => !isExcused(path, strangers)) }).toEqual({ strangers: [] });
      if (percent < least || (least >= WHOLE && lacks.length > 0))
        throw new Error(`${percent.toFixed(2)} % of ${found.total} are declared, not these:\n${lacks.join("\n")}`);
      differing.get(name)?.missing.push(...found.missing);
      differing.get(name)?.strangers.push(...found.strangers);
    });
  });
// Of one release alone, another may need what seems idle.
(releases.length > 1 ? test : test.skip)("every excuse is needed", () => {
  const unneeded = [...differing].flatMap(([name, { missing, strangers }]) => [
    ...idle(excuses[name]?.missing ?? {}, missing),
    ...idle(excuses[name]?.strangers ?? {}, strangers),
  ]);
  expect(unneeded).toEqual([]);
});
