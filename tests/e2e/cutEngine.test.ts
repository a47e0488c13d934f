/** The real engine, whose way to the host is cut in one `up` after the other; `cut.test.ts` does it at every message, without the engine. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { daemonSocket, inventory, lab, on } from "../lab/lab";
import { nameOf, wholeMessages } from "../relay/messages";
import { type Relay, relay } from "../relay/relay";
import { type Stack, stack } from "./engine";

const own = lab().own.name;
const name = "e2e-cut";
const folder = mkdtempSync(join(tmpdir(), "cut-"));
const file = join(folder, "image.raw");
let way: Relay;
let s: Stack;
let before: unknown;
/** Messages that are still to come, in their order, and how much of each may pass. */
const dooms: { readonly message: string; readonly passes: (size: number) => number }[] = [
  { message: "client: storagePoolBuild call", passes: (size) => size },
  { message: "server: networkDefineXml reply", passes: () => 0 },
  { message: "client: storageVolUpload data", passes: (size) => size >> 1 },
  { message: "server: domainCreateWithFlags reply", passes: (size) => size >> 1 },
];

beforeAll(async () => {
  writeFileSync(file, randomBytes(300_000));
  before = await inventory(own);
  way = await relay({
    to: { path: await daemonSocket(own) },
    on: "socket",
    split: wholeMessages,
    fate: ({ from, bytes }) => {
      const [doom] = dooms;
      if (doom?.message !== nameOf(from, bytes)) return "pass";
      dooms.shift();
      return { cut: doom.passes(bytes.length) };
    },
  });
  s = stack({ uri: `qemu+unix:///system?socket=${way.path}` });
  s.program(`resources:
  store: { type: "kvm:Pool", properties: { name: ${name}, path: /var/lib/libvirt/${name} } }
  net: { type: "kvm:Network", properties: { name: ${name}, forward: { mode: bridge }, bridge: { name: virbr0 } }, options: { dependsOn: ["\${store}"] } }
  disk:
    type: kvm:Volume
    properties: { name: disk, pool: "\${store.name}", format: raw, source: { asset: { "fn::fileAsset": ${file} } } }
    options: { dependsOn: ["\${net}"] }
  vm:
    type: kvm:Domain
    properties: { name: ${name}, memory: 32MiB, vcpus: 1, powerState: paused, shutdown: { method: force }, disks: [{ volume: "\${disk.id}" }], interfaces: [{ network: "\${net.name}" }] }
`);
});
afterAll(async () => {
  s.remove();
  await way.close();
  rmSync(folder, { recursive: true });
});

test("pool, network, volume and domain: each `up` goes on where the cut one ended, and all is there once", async () => {
  const clear = /(pool|network|volume|domain) \S+ on host \S+: .*(closed|broke|lost).*\. [A-Z]/;
  // What the provider can make sure of by itself is no failure: then the same `up` meets the next cut.
  for (let left = dooms.length; left > 0; left = dooms.length) {
    const { code, text } = await s.start("up", "--yes", "--skip-preview").outcome;
    if (code !== 0) expect(text).toMatch(clear);
    expect(dooms.length).toBeLessThan(left);
  }
  await s.up();
  expect((await s.preview("--expect-no-changes")).changes).toEqual({});
  const { domains, networks, pools, volumes } = await inventory(own);
  const ours = [...domains, ...networks, ...pools, ...volumes].filter((one) => one.startsWith(name));
  expect(ours).toEqual([`${name} paused`, `${name} active yes yes`, `${name} active yes`, `${name}/disk`]);
  await s.destroy();
  expect(await inventory(own)).toEqual(before);
  expect(await on(own, "find", "/var/lib/libvirt", "-name", name)).toBe("");
});
