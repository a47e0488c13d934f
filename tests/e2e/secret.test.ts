/** Secrets, by the real engine on a real host. */
import { lab, on, virsh } from "../lab/lab";
import { type Outcome, type Stack, stack } from "./engine";

const { name: own, uri } = lab().own;
const token = "kvm:index:Secret";
const usage = "/var/lib/libvirt/e2e-secret";
let s: Stack;
beforeAll(() => {
  s = stack({ uri });
});
afterAll(async () => {
  await s.destroy();
  s.remove();
});
const program = (value: string, { path = usage, more = "" } = {}): string => `resources:
  key:
    type: kvm:Secret
    properties: { usage: { type: volume, volume: ${path} }, description: ours${more}, ${value} }
outputs: { uuid: "\${key.uuid}" }
`;
/** What would be done beside looking. */
const planned = ({ changes: { refresh: _, ...rest } }: Outcome): Record<string, number> => rest;
const uuid = async (): Promise<string> => String((await s.outputs())["uuid"]);
const value = async (): Promise<string> =>
  Buffer.from((await virsh(own, "secret-get-value", await uuid())).trim(), "base64").toString();
const described = (xml: string): string | undefined => /<description>(.*)<\/description>/.exec(xml)?.[1];
/** In whichever way it is written. */
const hides = (text: string, secret: string): void => {
  for (const spelling of [secret, Buffer.from(secret).toString("base64")]) expect(text).not.toContain(spelling);
};

test("is made with its value, which nothing shows; then there is nothing to do", async () => {
  s.program(program("value: e2e-sésame"));
  const made = await s.up();
  expect(made.changes).toEqual({ create: 1 });
  expect(await value()).toBe("e2e-sésame");
  expect(planned(await s.preview("--refresh"))).toEqual({});
  hides(made.text + (await s.exported()), "e2e-sésame");
});

test("another value lands in place, as text or as bytes", async () => {
  const before = await uuid();
  for (const [said, comes] of [
    ["value: e2e-second", "e2e-second"],
    [`valueBase64: ${Buffer.from("e2e-third").toString("base64")}`, "e2e-third"],
  ] as const) {
    s.program(program(said));
    const { changes, text } = await s.up();
    expect(changes).toEqual({ update: 1 });
    expect(await value()).toBe(comes);
    hides(text + (await s.exported()), comes);
  }
  expect(await uuid()).toBe(before);
});

test("value and description that somebody changed are put back, unseen", async () => {
  const id = await uuid();
  const xml = await virsh(own, "secret-dumpxml", id);
  const theirs = xml.replace(">ours<", ">theirs<");
  await on(
    own,
    "sh",
    "-c",
    'printf %s "$1" > /tmp/e2e-secret.xml && virsh secret-define /tmp/e2e-secret.xml',
    "sh",
    theirs,
  );
  await virsh(own, "secret-set-value", id, Buffer.from("e2e-theirs").toString("base64"));
  const { text, steps } = await s.preview("--refresh");
  expect(Object.keys(steps.find(({ op }) => op === "update")?.diff ?? {}).sort()).toEqual([
    "description",
    "valueBase64",
  ]);
  const seen = await s.refresh();
  hides(text + seen.text + (await s.exported()), "e2e-theirs");
  expect((await s.up()).changes).toEqual({ update: 1 });
  expect(await value()).toBe("e2e-third");
  expect(described(await virsh(own, "secret-dumpxml", id))).toBe("ours");
});

test("is imported by UUID and by usage, and then there is nothing to do", async () => {
  const other = stack({ uri });
  try {
    for (const id of [await uuid(), `volume/${usage}`]) {
      const flags = ["--yes", "--protect=false", "--generate-code=false"];
      const { text } = await other.pulumi("import", token, "key", id, ...flags);
      other.program(program("value: e2e-third"));
      const { steps } = await other.preview("--refresh");
      expect(steps.filter(({ op }) => op !== "same" && op !== "refresh")).toEqual([]);
      hides(text + (await other.exported()), "e2e-third");
      await other.pulumi("state", "delete", "--all", "--yes");
    }
  } finally {
    other.remove();
  }
});

test("two of one usage are refused, and the message says how to go on", async () => {
  const other = stack({ uri });
  try {
    other.program(program("value: e2e-other"));
    const { text } = await other.fails("up");
    expect(text).toMatch(
      /secret \S+ on host .*for volume\/.*e2e-secret is there already.*pulumi import kvm:index:Secret key/s,
    );
    expect(text).toContain(await uuid());
    hides(text, "e2e-other");
  } finally {
    other.remove();
  }
});

test("another usage is another secret, and a private one keeps its value from everybody", async () => {
  const before = await uuid();
  s.program(program("value: e2e-private", { path: `${usage}-2`, more: ", private: true" }));
  expect((await s.up()).changes).toMatchObject({ replace: 1 });
  expect(await uuid()).not.toBe(before);
  const secrets = await virsh(own, "secret-list");
  expect(secrets).toContain(`${usage}-2`);
  expect(secrets).not.toContain(before);
  expect(planned(await s.preview("--refresh"))).toEqual({});
  await expect(virsh(own, "secret-get-value", await uuid())).rejects.toThrow(/private/);
});

test("one that is gone already is deleted all the same, and nothing is left", async () => {
  await virsh(own, "secret-undefine", await uuid());
  await s.destroy();
  expect(await virsh(own, "secret-list")).not.toContain(usage);
});
