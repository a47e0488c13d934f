/** Reads files in the guest through its agent, and by them how cloud-init went. */
import { asFailure } from "../../../failure";
import type { Host, Limits } from "../../../host/host";
import { guestFileClose, guestFileOpen, guestFileRead } from "../../../qmp";
import { type FromAgent, files, readResult } from "./cloudInit";
import { type Machine, objectOf } from "./sources";

/** Enough for what cloud-init says of itself, and well below libvirt's limit of 4 MiB of base64. */
const largest = 256 * 1024;

/** Undefined where there is no such file. */
async function read(host: Host, machine: Machine, path: string, limits: Limits): Promise<string | undefined> {
  const about = { object: objectOf(machine), ...limits };
  const { uuid } = machine;
  const handle = await host.agent(uuid, guestFileOpen, { path, mode: "r" }, about).catch((thrown: unknown) => {
    // The agent has one class of error for all: its words are the only thing that tells a missing file from a forbidden command.
    if (/no such file/i.test(asFailure(thrown).problem)) return undefined;
    throw thrown;
  });
  if (handle === undefined) return undefined;
  try {
    return (await host.agent(uuid, guestFileRead, { handle, count: largest }, about)).toString("utf8");
  } finally {
    await host.agent(uuid, guestFileClose, { handle }, about).catch(() => undefined);
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
