/** What a bad way to a real host does: it falls silent, closes, or changes what is said; and another host stands at its end. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Host, openHosts } from "../../provider/src/host";
import { daemonSocket, lab, on, virsh } from "../lab/lab";
import { wholeMessages } from "../relay/messages";
import { type Passing, type Relay, type RelayOptions, relay } from "../relay/relay";

const { own, beta, key, knownHosts } = lab();
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const uriOf = ({ path }: Relay): string => `qemu+unix:///system?socket=${path}`;
function open(uri: string): Host {
  const hosts = openHosts({ alpha: { uri } });
  closing.push(() => hosts.close());
  return hosts.get();
}
/** To this worker's daemon. */
async function toDaemon(options: Partial<RelayOptions> = {}): Promise<Relay> {
  const way = await relay({ to: { path: await daemonSocket(own.name) }, on: "socket", ...options });
  closing.push(way.close);
  return way;
}
const failure = async (work: Promise<unknown>): Promise<{ code: string; message: string; after: number }> => {
  const start = performance.now();
  const { code, message } = await work.then(
    () => ({ code: "none", message: "it succeeded" }),
    (thrown: { code: string; message: string }) => thrown,
  );
  return { code, message, after: performance.now() - start };
};

describe("a host that falls silent is noticed within 15 s", () => {
  const about = { object: "network x" };
  const uuid = "7c0e9f5e-2d0a-4d5e-9b1c-0d6f2a9b7e12";

  test.concurrent("by a call that waits for its answer", async () => {
    const way = await relay({ to: { path: await daemonSocket(own.name) }, on: "socket" });
    const hosts = openHosts({ alpha: { uri: uriOf(way) } });
    const start = () =>
      hosts
        .get()
        .call("networkUpdate", { net: { uuid }, command: 1, section: 4, parentIndex: -1, xml: "<host/>" }, about);
    expect((await failure(start())).code).toBe("missing");
    way.stall();
    const { code, message, after } = await failure(start());
    expect({ code, message }).toEqual({
      code: "lost",
      message: expect.stringMatching(
        /^network x on host alpha: the daemon did not answer for .*may have been made\. \S/,
      ),
    });
    expect(after).toBeLessThan(15_000);
    await hosts.close();
    await way.close();
  });

  test.concurrent("by an upload under way", async () => {
    const way = await relay({ to: { path: await daemonSocket(own.name) }, on: "socket" });
    const hosts = openHosts({ alpha: { uri: uriOf(way) } });
    const host = hosts.get();
    const vol = { pool: "default", name: `relay-test-${process.pid}.raw` };
    const xml = `<volume><name>${vol.name}</name><capacity>1</capacity><target><format type='raw'/></target></volume>`;
    const { pool } = await host.call("storagePoolLookupByName", { name: "default" });
    await host.call("storageVolCreateXml", { pool, xml });
    async function* endless(): AsyncGenerator<Uint8Array> {
      const hole = Buffer.alloc(1);
      for (;;) {
        yield hole;
        await new Promise(setImmediate);
      }
    }
    const upload = host.upload("storageVolUpload", { vol, offset: 0, length: 0 }, endless(), { object: "volume x" });
    await way.passed("client", 100_000);
    way.stall();
    const { code, message, after } = await failure(upload);
    expect({ code, message }).toEqual({
      code: "lost",
      message: expect.stringMatching(/^volume x on host alpha: the host fell silent .*\. Check that the host/),
    });
    expect(after).toBeLessThan(15_000);
    await hosts.close();
    await way.close();
    await virsh(own.name, "vol-delete", "--pool", "default", vol.name);
  });
});

test("a pause in the way that ends in time goes unnoticed", async () => {
  const way = await toDaemon();
  const host = open(uriOf(way));
  await host.call("connectGetHostname", {});
  way.stall();
  const asked = host.call("connectGetHostname", {});
  setTimeout(way.serve, 1000);
  await expect(asked).resolves.toEqual({ hostname: own.name });
});

test("a server that closes at once: an error that says so, at once", async () => {
  const way = await toDaemon();
  way.refuse();
  const { code, message, after } = await failure(
    open(uriOf(way)).call("connectGetHostname", {}, { object: "network x" }),
  );
  expect({ code, message }).toEqual({
    code: "connection",
    message: expect.stringMatching(/^network x on host alpha: .*(closed|broke).*\. Check that the host is up/),
  });
  // A host that was reached before is waited for; this one never was.
  expect(after).toBeLessThan(10_000);
});

/** The words of a header, and the first of a body. */
const places = [0, 1, 2, 3, 4, 7, 8, 11, 12, 15, 16, 19, 20, 23, 24, 27, 28, 31, 35];
test.each(["client", "server"] as const)(
  "a byte that is changed in what the %s says ends in an answer or a typed error, never in waiting or a defect",
  async (victim) => {
    const seen = new Map<string, number>();
    const cases = places.flatMap((at) => [0, 3, 6, 7].map((message) => ({ at, message })));
    const queue = cases.values();
    const worker = async (): Promise<void> => {
      for (const { at, message } of queue) {
        let nth = 0;
        const fate = ({ from, bytes }: Passing) => {
          if (from !== victim || nth++ !== message) return "pass";
          const instead = Buffer.from(bytes);
          const place = Math.min(at, bytes.length - 1);
          instead.writeUInt8(instead.readUInt8(place) ^ 0x5a, place);
          return { instead };
        };
        const way = await relay({
          to: { path: await daemonSocket(own.name) },
          on: "socket",
          split: wholeMessages,
          fate,
        });
        const hosts = openHosts({ alpha: { uri: uriOf(way) } });
        const limits = { deadline: Date.now() + 1000 };
        const calls = [1, 2, 3, 4, 5].map(() => hosts.get().call("connectGetHostname", {}, limits));
        for (const one of await Promise.allSettled(calls)) {
          const code = one.status === "fulfilled" ? "answered" : (one.reason as { code: string }).code;
          seen.set(code, (seen.get(code) ?? 0) + 1);
        }
        await hosts.close();
        await way.close();
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    const allowed = ["answered", "connection", "protocol", "timeout", "invalid", "refused", "unsupported", "denied"];
    expect([...seen.keys()].filter((code) => !allowed.includes(code))).toEqual([]);
    expect(seen.get("protocol") ?? seen.get("connection")).toBeGreaterThan(0);
  },
);

test("another host key at the second connect of one run: denied, with both keys, though the first was right", async () => {
  const way = await relay({ to: { host: own.address, port: 22 }, on: "port" });
  closing.push(way.close);
  const folder = mkdtempSync(join(tmpdir(), "relay-test-"));
  closing.push(async () => rmSync(folder, { recursive: true }));
  const file = join(folder, "known_hosts");
  const line =
    readFileSync(knownHosts, "utf8")
      .split("\n")
      .find((one) => one.startsWith(`${own.name},`)) ?? "";
  writeFileSync(file, `[127.0.0.1]:${way.port} ${line.split(" ").slice(1).join(" ")}\n`);
  const host = open(`qemu+ssh://root@127.0.0.1:${way.port}/system?keyfile=${key}&known_hosts=${file}`);
  await expect(host.call("connectGetHostname", {})).resolves.toEqual({ hostname: own.name });
  way.turn({ host: beta.address, port: 22 });
  way.cut();
  const { code, message, after } = await failure(host.call("connectGetHostname", {}, { object: "network x" }));
  expect({ code, message }).toEqual({
    code: "denied",
    message: expect.stringMatching(/^network x on host alpha: .*its host key has changed.*expected is.*ssh-keygen -R/),
  });
  // Nobody waits for the right one to come back.
  expect(after).toBeLessThan(15_000);
});

test("a volume whose making was cut off, and goes on in the daemon, is taken away once it is made", async () => {
  const way = await toDaemon({
    split: wholeMessages,
    // The answer stays away, however soon it comes: 93 is storageVolCreateXml.
    gate: (from, bytes, pass) => (from === "server" && bytes.readUInt32BE(12) === 93 ? undefined : pass()),
  });
  const direct = open(`qemu+unix:///system?socket=${await daemonSocket(own.name)}`);
  const far = open(uriOf(way));
  const name = `relay-test-making-${process.pid}`;
  const vol = { pool: "default", name };
  const passphrase = `<secret ephemeral='yes' private='yes'><usage type='volume'><volume>${name}</volume></usage></secret>`;
  const { secret } = await direct.call("secretDefineXml", { xml: passphrase });
  try {
    await direct.call("secretSetValue", { secret, value: Buffer.from("passphrase") });
    const { pool } = await direct.call("storagePoolLookupByName", { name: "default" });
    // Its key is derived for seconds.
    const xml = `<volume><name>${name}</name><capacity>1048576</capacity><target><format type='raw'/>
<encryption format='luks'><secret type='passphrase' uuid='${secret.uuid}'/></encryption></target></volume>`;
    const making = failure(far.call("storageVolCreateXml", { pool, xml }));
    while (
      await direct.call("storageVolGetPath", { vol }).then(
        () => false,
        () => true,
      )
    );
    way.cut();
    expect((await making).code).toBe("lost");
    await far.call("storageVolDelete", { vol });
    expect((await failure(direct.call("storageVolGetPath", { vol }))).code).toBe("missing");
    expect(await on(own.name, "find", "/var/lib/libvirt/images", "-name", `${name}*`)).toBe("");
  } finally {
    await direct.call("storageVolDelete", { vol }).catch(() => undefined);
    await direct.call("secretUndefine", { secret });
  }
});
