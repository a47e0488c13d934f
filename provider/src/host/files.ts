/** Files on the host, by the commands that every host has. */
import { type Code, Failure } from "../failure";
import { brief } from "../qmp";
import type { Host, Limits } from "./host";

type Run = Host["run"];

/** How long taking away what was half written may take, in ms: whoever stops does not wait for a host that hangs. */
const TIDYING = 10_000;

/** Writes beside it first: whoever reads meanwhile, and a connection that breaks, must not leave half a file under that name. */
export async function putFile(run: Run, ...[path, content, mode, limits = {}]: Parameters<Host["put"]>): Promise<void> {
  const beside = (await done(run, ["mktemp", "--", `${path}.XXXXXX`], limits)).toString().replace(/\n$/, "");
  try {
    await done(run, ["dd", `of=${beside}`, "bs=1M", "status=none"], { ...limits, input: content });
    await done(run, ["chmod", "--", mode, beside], limits);
    await done(run, ["mv", "-fT", "--", beside, path], limits);
  } catch (thrown) {
    await run(["rm", "-f", "--", beside], { deadline: Date.now() + TIDYING }).catch(() => undefined);
    throw thrown;
  }
}

export async function getFile(run: Run, ...[path, most, limits = {}]: Parameters<Host["get"]>): Promise<Buffer> {
  const content = await done(run, ["head", "-c", `${most + 1}`, "--", path], limits);
  if (content.length <= most) return content;
  throw new Failure("refused", `it holds more than the ${most} bytes that are read of it`);
}

export async function spaceAt(run: Run, ...[path, limits = {}]: Parameters<Host["space"]>): Promise<number> {
  const said = (await done(run, ["stat", "-f", "-c", "%a %S", "--", path], limits)).toString();
  const [, blocks, size] = /^(\d+) (\d+)\n$/.exec(said) ?? [];
  if (blocks === undefined) throw new Failure("protocol", `stat does not say how much is free: ${brief(said)}`);
  return Number(blocks) * Number(size);
}

/** What these commands say in English of what the system refused. */
const REFUSALS: readonly (readonly [RegExp, Code])[] = [
  [/No such file or directory/, "missing"],
  [/Permission denied|Operation not permitted|Read-only file system/, "denied"],
];

async function done(
  run: Run,
  command: readonly [string, ...string[]],
  options: Limits & { input?: Uint8Array | AsyncIterable<Uint8Array> },
): Promise<Buffer> {
  const { code, stdout, stderr } = await run(["env", "LC_ALL=C", ...command], options);
  if (code === 0) return stdout;
  const refusal = REFUSALS.find(([words]) => words.test(stderr))?.[1] ?? "refused";
  throw new Failure(refusal, brief(stderr) || `${command[0]} ended with ${code}`);
}
