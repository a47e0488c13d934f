import { Failure } from "../failure";
import type { Resource, Run } from "../plugin/resource";
import { named } from "./named";

const silent: Failure = new Failure("connection", "nobody answers", { host: "alpha" });
const failing = (thrown: unknown): Resource =>
  ({ create: () => Promise.reject(thrown), read: () => Promise.reject(thrown) }) as unknown as Resource;
const inputs = (values: Record<string, string>) => ({ values, secrets: [] });
const create = (thrown: unknown, values: Record<string, string>): Promise<unknown> =>
  named("volume", failing(thrown)).create({} as Run, { urn: "", name: "disk", inputs: inputs(values), preview: false });

test("a failure that names no object gets this one's", async () => {
  await expect(create(silent, { pool: "p", name: "v" })).rejects.toThrow("volume p/v on host alpha: nobody answers");
  await expect(create(silent, {})).rejects.toThrow("volume disk on host alpha: nobody answers");
  const read = named("pool", failing(silent)).read({} as Run, {
    urn: "",
    name: "",
    id: "store",
    inputs: undefined,
    outputs: undefined,
  });
  await expect(read).rejects.toThrow("pool store on host alpha: nobody answers");
});

test("one that names another keeps it, and what is no failure of ours stays what it is", async () => {
  await expect(create(silent.in({ object: "pool p" }), { name: "v" })).rejects.toThrow("pool p on host alpha");
  await expect(create(new TypeError("x"), {})).rejects.toBeInstanceOf(TypeError);
});
