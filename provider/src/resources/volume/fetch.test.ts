import type { Host } from "../../host/host";
import { fetchOnHost } from "./fetch";

const url = 'https://user:hun"ter\\2@mirror.example/image{1}.raw';

/** What the host's only tool says when it fails. */
async function failing(tool: string, stdout: string, of = url): Promise<string> {
  const run = async ([word]: readonly string[]) =>
    word === tool
      ? { code: 8, stdout: Buffer.from(stdout), stderr: "" }
      : { code: 127, stdout: Buffer.of(), stderr: "" };
  const host = { name: "alpha", run } as unknown as Host;
  const log = { status: () => undefined } as never;
  return fetchOnHost({ host, source: { url: of }, path: "/pool/.part", object: "volume", log, limits: {} }).then(
    () => "",
    ({ message }: Error) => message,
  );
}

/** Fetches on a host that has one tool alone; gives the commands and what they read. */
async function fetched(tool: string) {
  const commands: { words: readonly string[]; input: string }[] = [];
  const run = async (words: readonly string[], { input }: { input?: Uint8Array } = {}) => {
    const there = words[0] === tool || words[0] === "head";
    if (there) commands.push({ words, input: Buffer.from(input ?? []).toString() });
    return { code: there ? 0 : 127, stdout: Buffer.from("data"), stderr: "" };
  };
  const host = { name: "alpha", run } as unknown as Host;
  const log = { status: () => undefined } as never;
  await fetchOnHost({ host, source: { url }, path: "/pool/.part", object: "volume", log, limits: {} });
  return commands;
}

test.each(["curl", "wget", "python3"])("%s does not show the URL to who lists the host's processes", async (tool) => {
  const commands = await fetched(tool);
  expect(commands.length).toBe(2);
  expect(commands.flatMap(({ words }) => words).join(" ")).not.toMatch(/mirror|hun/);
});
test("curl reads the very URL", async () => {
  expect((await fetched("curl"))[0]?.input).toBe('url = "https://user:hun\\"ter\\\\2@mirror.example/image{1}.raw"\n');
});

test("nothing that a tool says of a URL shows what is secret in it", async () => {
  const said =
    "could not resolve pass word@mirror, https://me:pass%20word@mirror/i.qcow2?sig=s3cret-sig moved to http://x/y?sig=other";
  const message = await failing("wget", said, "https://me:pass%20word@mirror/i.qcow2?sig=s3cret-sig");
  expect(message).toMatch(/^volume on host alpha: https:\/\/mirror\/i\.qcow2 could not be fetched: could not resolve/);
  expect(message).not.toMatch(/pass|word|s3cret|other/);
});
test("nor is a user shown a whole page", async () => {
  expect((await failing("curl", "x".repeat(100_000))).length).toBeLessThan(1000);
});
test("a file that cannot be read back is an error, and no image without a header", async () => {
  const run = async ([word]: readonly string[]) => ({
    code: word === "head" ? 1 : 0,
    stdout: Buffer.of(),
    stderr: "denied",
  });
  const host = { name: "alpha", run } as unknown as Host;
  const fetch = {
    host,
    source: { url },
    path: "/pool/.part",
    object: "volume",
    log: { status: () => undefined } as never,
  };
  await expect(fetchOnHost({ ...fetch, limits: {} })).rejects.toThrow(/^volume on host alpha: `head` failed: denied/);
});
