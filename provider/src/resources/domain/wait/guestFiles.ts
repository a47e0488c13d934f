/** Reads files in the guest through its agent, and by them how cloud-init went. */
import { asFailure, Failure } from "../../../failure";
import type { Host, Limits } from "../../../host/host";
import { type FromAgent, files, readResult } from "./cloudInit";
import { agentLimits, type Machine, objectOf } from "./sources";

/** Seconds that libvirt gives the agent for one command. */
const timeout = 5;
/** Enough for what cloud-init says of itself, and well below libvirt's limit of 4 MiB of base64. */
const largest = 256 * 1024;

async function command(host: Host, machine: Machine, execute: string, args: object, limits: Limits): Promise<unknown> {
  const request = { dom: { uuid: machine.uuid }, cmd: JSON.stringify({ execute, arguments: args }), timeout, flags: 0 };
  const about = { object: objectOf(machine), ...agentLimits(limits) };
  const { result } = await host.call("domainAgentCommand", request, about);
  const answer: unknown = JSON.parse(result ?? "{}");
  return typeof answer === "object" && answer !== null && "return" in answer ? answer.return : undefined;
}

/** Undefined where there is no such file. */
async function read(host: Host, machine: Machine, path: string, limits: Limits): Promise<string | undefined> {
  let handle: unknown;
  try {
    handle = await command(host, machine, "guest-file-open", { path, mode: "r" }, limits);
  } catch (thrown) {
    // The agent has one class of error for all: its words are the only thing that tells a missing file from a forbidden command.
    if (/no such file/i.test(asFailure(thrown).problem)) return undefined;
    throw thrown;
  }
  try {
    const got = await command(host, machine, "guest-file-read", { handle, count: largest }, limits);
    const { "buf-b64": content } = (got ?? {}) as { "buf-b64"?: unknown };
    if (typeof content !== "string") throw new Failure("protocol", "the agent read a file and gave no content");
    return Buffer.from(content, "base64").toString("utf8");
  } finally {
    await command(host, machine, "guest-file-close", { handle }, limits).catch(() => undefined);
  }
}

export async function cloudInitOf(host: Host, machine: Machine, limits: Limits): Promise<FromAgent> {
  const result = await read(host, machine, files.result, limits);
  if (result === undefined) {
    if ((await read(host, machine, files.disabled, limits)) === undefined) return { runs: true };
    return { off: "the guest found no seed at boot, or was told not to run cloud-init, and so did not" };
  }
  const ended = readResult(result, await read(host, machine, files.status, limits));
  return ended ? { ended } : { runs: true };
}
