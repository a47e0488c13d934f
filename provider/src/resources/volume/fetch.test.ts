import type { Host } from "../../host/host";
import { fetchOnHost } from "./fetch";

const url = 'https://user:hun"ter\\2@mirror.example/image{1}.raw';

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
