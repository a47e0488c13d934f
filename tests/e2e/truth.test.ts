/** What somebody edits with virsh is seen, that and nothing else, and nothing is seen where nobody did: on each libvirt of the lab. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Hosts, openHosts } from "../../provider/src/host";
import type { Got } from "../../provider/src/plugin/resource";
import { domain } from "../../provider/src/resources/domain";
import { hidden } from "../../provider/src/resources/state";
import { contextOf } from "../../provider/src/resources/testing/context";
import { lab, virsh } from "../lab/lab";
import { running } from "./guests";
import { edits } from "./truth/edits";

const { beta, eta } = lab();
const uuid = "4dea22b3-1d52-48f3-a516-782e98ab3fa0";
/** One machine with something of everything; the newer release finds no firmware for what the older one took. */
const machine = readFileSync(join(__dirname, "../../provider/src/model/golden/domain-rich.xml"), "utf8")
  .replace("golden-rich", "e2e-truth")
  .replace(" firmware='bios'", "");

const run = running();
const about = { urn: "urn:pulumi:test::e2e::kvm:index:Domain::vm", name: "vm", id: uuid };

/** A host, and a machine on it as the provider sees it. */
function seenOn(uri: string) {
  const hosts: Hosts = openHosts({ "": { uri } });
  const resource = domain({ ...contextOf(), hosts: () => hosts });
  const got = async (state?: Got): Promise<Got> => {
    const read = await resource.read(run, { ...about, inputs: state?.inputs, outputs: state?.outputs });
    if (!read) throw new Error("the machine is gone");
    return read;
  };
  return {
    close: () => hosts.close(),
    define: async (xml: string): Promise<string> => {
      const { dom } = await hosts.get().call("domainDefineXmlFlags", { xml, flags: 0 });
      return (await hosts.get().call("domainGetXmlDesc", { dom, flags: 1 | 2 })).xml;
    },
    imported: () => got(),
    /** What the next `up` would put back. */
    drift: async (state: Got): Promise<string[]> => {
      const today = await got(state);
      const request = { ...about, oldOutputs: today.outputs, oldInputs: today.inputs, news: state.inputs };
      const { changes } = await resource.diff(run, { ...request, ignoreChanges: [] });
      return changes.map(({ property }) => property.join("."));
    },
  };
}

const says = (inputs: object, path: string): boolean =>
  path.split(".").reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], inputs) !==
  undefined;

describe.each([
  ["libvirt 9.0", beta],
  ["libvirt 11.3", eta],
])("on %s", (_, { name, uri }) => {
  const host = seenOn(uri);
  let xml: string;
  let state: Got;
  beforeAll(async () => {
    xml = await host.define(machine);
    state = await host.imported();
  });
  afterAll(async () => {
    await virsh(name, "undefine", "e2e-truth");
    await host.close();
  });

  test("a machine that is imported has nothing to do", async () => {
    expect(await host.drift(state)).toEqual([]);
    expect(state.inputs.values).not.toHaveProperty("xml");
  });

  test.each(edits)("%s", async (path, from, to) => {
    const edited = xml.replace(from, to);
    expect(edited).not.toBe(xml);
    await host.define(edited);
    try {
      expect(await host.drift(state)).toEqual([path]);
      expect((await host.imported()).inputs.values).not.toHaveProperty("xml");
    } finally {
      await host.define(xml);
    }
    expect(await host.drift(state)).toEqual([]);
  });
});

test("a machine of libvirt 9.0 whose files are then served by 11.3 has not drifted", async () => {
  const [older, newer] = [seenOn(beta.uri), seenOn(eta.uri)];
  try {
    const xml = await older.define(machine);
    const state = await older.imported();
    await newer.define(xml);
    // The same host, had its libvirt been upgraded.
    const here = (await newer.imported()).outputs.values[hidden.host] as string;
    const moved = { ...state, outputs: { ...state.outputs, values: { ...state.outputs.values, [hidden.host]: here } } };
    expect(await newer.drift(moved)).toEqual([]);
    for (const [path, from, to] of edits) {
      await newer.define(xml.replace(from, to));
      // What only libvirt said, another libvirt may say otherwise.
      const seen = says(state.inputs.values, path) ? [path] : [];
      expect([path, await newer.drift(moved)]).toEqual([path, seen]);
    }
  } finally {
    for (const { name } of [beta, eta]) await virsh(name, "undefine", "e2e-truth");
    await older.close();
    await newer.close();
  }
});
