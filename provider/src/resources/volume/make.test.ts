import { Failure } from "../../failure";
import type { Host, Piece } from "../../host/host";
import { refusal } from "../../libvirt/errors";
import type { Run } from "../../plugin/resource";
import { node, parse } from "../../xml";
import type { Volume } from "./id";
import { dense, make } from "./make";

const refused = (code: number) =>
  refusal("storageVolLookupByName", { code, domain: 18, message: "no", level: 2, int1: 0, int2: 0 } as never);

/** A host with one pool, whose calls stand in a log; `on` may fail a call, or do what somebody else does meanwhile. */
function pool(on: (call: string, volumes: Map<string, string>) => void = () => undefined, type = "dir") {
  const volumes = new Map<string, string>();
  const nameIn = (xml: string): string => parse(xml).children.find(({ name }) => name === "name")?.text ?? "";
  const found = ({ name }: Volume): string => {
    const xml = volumes.get(name);
    if (xml === undefined) throw refused(50);
    return xml;
  };
  const answers: Record<string, (args: never) => unknown> = {
    storagePoolLookupByName: () => ({ pool: { name: "default", uuid: "u" } }),
    connectListAllStoragePools: () => ({ pools: type === "dir" ? [{ name: "default", uuid: "u" }] : [] }),
    storagePoolGetInfo: () => ({ available: 1n << 40n }),
    storageVolGetXmlDesc: ({ vol }: { vol: Volume }) => ({ xml: found(vol) }),
    storageVolCreateXml: ({ xml }: { xml: string }) => {
      if (volumes.has(nameIn(xml))) throw refused(90);
      volumes.set(nameIn(xml), xml);
    },
    storageVolDelete: ({ vol }: { vol: Volume }) => void (found(vol) && volumes.delete(vol.name)),
  };
  const call = async (procedure: string, args: never): Promise<unknown> => {
    const { vol, xml } = args as { vol?: Volume; xml?: string };
    on(`${procedure} ${vol?.name ?? (xml && nameIn(xml)) ?? ""}`.trim(), volumes);
    return answers[procedure]?.(args);
  };
  const upload = async (_: string, args: { vol: Volume }, source: AsyncIterable<Piece>): Promise<void> => {
    for await (const _piece of source);
    on(`upload ${args.vol.name}`, volumes);
  };
  return {
    volumes,
    host: { name: "alpha", identity: async () => ({}), call, upload, can: () => false } as unknown as Host,
  };
}
const run: Run = {
  signal: new AbortController().signal,
  deadline: undefined,
  log: { status: () => undefined } as unknown as Run["log"],
};
const wanted = (source?: { content: string }) => ({
  pool: "default",
  name: "disk",
  declared: node("volume"),
  capacity: undefined,
  format: undefined,
  backing: undefined,
  source,
});
const names = (volumes: Map<string, string>): string[] => [...volumes.keys()];

describe("a volume that is filled", () => {
  const source = { content: "some data" };

  test("stands alone when it is whole", async () => {
    const { host, volumes } = pool();
    await make({ run, host, wanted: wanted(source), key: "k" });
    expect(names(volumes)).toEqual(["disk"]);
  });

  test("leaves alone what somebody else made under its name meanwhile", async () => {
    const { host, volumes } = pool((call, there) => {
      if (call === "storageVolCreateXml disk") there.set("disk", "<volume><name>disk</name><theirs/></volume>");
    });
    await expect(make({ run, host, wanted: wanted(source), key: "k" })).rejects.toMatchObject({ code: "exists" });
    expect([...volumes]).toEqual([["disk", "<volume><name>disk</name><theirs/></volume>"]]);
  });

  test("goes again when its data do not come through", async () => {
    const { host, volumes } = pool((call) => {
      if (call === "upload disk") throw new Failure("refused", "No space left on device");
    });
    await expect(make({ run, host, wanted: wanted(source), key: "k" })).rejects.toMatchObject({ code: "refused" });
    expect(names(volumes)).toEqual([]);
  });

  test("keeps its mark where it cannot be taken away, and the next run makes it anew", async () => {
    let down = true;
    const { host, volumes } = pool((call) => {
      if (down && /^(upload|storageVolDelete)/.test(call)) throw new Failure("lost", "the connection broke");
    });
    await expect(make({ run, host, wanted: wanted(source), key: "k" })).rejects.toMatchObject({ code: "lost" });
    expect(names(volumes)).toEqual([expect.stringMatching(/^\.disk\..*\.part$/), "disk"]);
    down = false;
    await make({ run, host, wanted: wanted(source), key: "k" });
    expect(names(volumes)).toEqual(["disk"]);
  });
});

test.each([
  ["before it was made", () => undefined],
  [
    "when half of it was there",
    (there: Map<string, string>) => void there.set("disk", "<volume><name>disk</name><half/></volume>"),
  ],
])("a connection that is lost %s costs nothing: it is made anew", async (_when, leave) => {
  let cut = true;
  const { host, volumes } = pool((call, there) => {
    if (!cut || call !== "storageVolCreateXml disk") return;
    cut = false;
    leave(there);
    throw new Failure("lost", "the connection broke");
  });
  await make({ run, host, wanted: wanted(), key: "k" });
  expect([...volumes]).toEqual([["disk", expect.not.stringContaining("half")]]);
});

test("a device of a pool that has no room for a mark is not taken for ours when the connection is lost", async () => {
  const { host, volumes } = pool((call, there) => {
    if (call !== "storageVolCreateXml disk") return;
    there.set("disk", "<volume><name>disk</name><theirs/></volume>");
    throw new Failure("lost", "the connection broke");
  }, "logical");
  await expect(make({ run, host, wanted: wanted(), key: "k" })).rejects.toMatchObject({ code: "lost" });
  expect(names(volumes)).toEqual(["disk"]);
});

test("an empty volume whose creation was cut short is made again by the next run, under whatever name", async () => {
  let cut = true;
  const { host, volumes } = pool((call, there) => {
    if (!cut || !/disk$/.test(call)) return;
    if (call === "storageVolCreateXml disk") there.set("disk", "<volume><name>disk</name></volume>");
    if (/Create|Delete/.test(call)) throw new Failure("lost", "the connection broke");
  });
  await expect(make({ run, host, wanted: wanted(), key: "k" })).rejects.toMatchObject({ code: "lost" });
  expect(names(volumes)).toContain("disk");
  cut = false;
  await make({ run, host, wanted: wanted(), key: "k" });
  expect(names(volumes)).toEqual(["disk"]);
});

test.each([
  ["given up, nothing stays", new Failure("cancelled", "the run was cancelled"), []],
  ["refused, what is there under its name does", refused(90), [expect.stringMatching(/\.part$/)]],
])("where the mark of an empty volume is %s", async (_, failure, left) => {
  const { host, volumes } = pool((call, there) => {
    if (!/^storageVolCreateXml \..*part$/.test(call)) return;
    there.set(call.split(" ")[1] ?? "", "<volume/>");
    throw failure;
  });
  await expect(make({ run, host, wanted: wanted(), key: "k" })).rejects.toBeDefined();
  expect(names(volumes)).toEqual(left);
});

test("holes that lie in the fresh image's own file are sent as zeros, those behind it as holes", async () => {
  async function* image(): AsyncGenerator<Piece> {
    yield new Uint8Array(100);
    yield { hole: 500 };
    yield new Uint8Array(1);
    yield { hole: 9 };
  }
  const sent: unknown[] = [];
  for await (const piece of dense(image(), 400)) sent.push(piece instanceof Uint8Array ? piece.length : piece);
  expect(sent).toEqual([100, 300, { hole: 200 }, 1, { hole: 9 }]);
});
