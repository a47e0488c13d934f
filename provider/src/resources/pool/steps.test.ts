import type { Bag } from "../../plugin/resource";
import { contextOf } from "../testing/context";
import { fakeHost, fakeRun } from "../testing/host";
import { pool } from "./index";
import { change } from "./steps";

const store = { name: "store", uuid: "u" };
const from = (server: string, title = ""): string =>
  `<pool type='netfs'><name>store</name>${title}<source><host name='${server}'/><dir path='/exports'/></source></pool>`;
const waits = /^pool store on host alpha keeps its old source as long as it runs.*`active: false`/;

test.each([
  ["another source of a pool that runs", true, from("b"), [expect.stringMatching(waits)]],
  ["that of one that does not", false, from("b"), []],
  ["what else changes", true, from("a", "<uuid>u</uuid>"), []],
])("%s: what is said of it (active: %s)", async (_what, active, after, said) => {
  const { run, warnings } = fakeRun();
  await change(run, fakeHost({}).host, store, { xml: from("a"), active, autostart: true }, after);
  expect(warnings).toEqual(said);
});

test("the preview says it too", async () => {
  const { run, warnings } = fakeRun();
  const inputs = (server: string): { values: Bag; secrets: [] } => ({
    values: { name: "store", type: "netfs", path: "/mnt", source: { hosts: [{ name: server }], dir: "/exports" } },
    secrets: [],
  });
  const request = { urn: "urn:a", name: "store", id: "store", ignoreChanges: [], preview: true };
  const oldOutputs = { values: { host: "alpha" }, secrets: [] };
  await pool(contextOf()).update(run, { ...request, oldOutputs, oldInputs: inputs("a"), news: inputs("b") });
  expect(warnings).toEqual([expect.stringMatching(waits)]);
});
