/** Brings a machine from what it is to what is wanted: while it runs what can be, and the rest as the program's policy says. */
import { Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import type { Run, UpdateRequest } from "../../plugin/resource";
import { print } from "../../xml";
import { applyEdits, editsOf } from "../edits";
import { isUnanswered } from "../unanswered";
import { items, type Loose } from "../values";
import { shutdownOf } from "./delete";
import { define, persistentXml } from "./libvirt";
import { type Mark, putMark } from "./mark";
import { edited } from "./pending";
import { counterpart, type Device, plan } from "./plan";
import { type Power, pause, resume, start, stop } from "./power";
import { reading, writing } from "./render";
import { after, before, giveBack, type Policy } from "./steps/live";

/** One update: what was wanted, what is wanted, and where. */
export interface Task {
  readonly run: Run;
  readonly host: Host;
  readonly limits: Limits;
  readonly uuid: string;
  readonly name: string;
  readonly was: Loose;
  readonly want: Loose;
  readonly request: UpdateRequest;
}

export const policyOf = ({ updatePolicy }: Loose): Policy =>
  updatePolicy === "restart" || updatePolicy === "fail" ? updatePolicy : "defer";

export const deferred = (name: string, waits: readonly string[], policy: Policy): string => {
  const what = waits.join(", ");
  if (policy === "restart") return `domain ${name} will be restarted: ${what} cannot change while it runs`;
  if (policy === "fail")
    return `domain ${name}: ${what} cannot change while it runs, and \`updatePolicy\` is "fail": the update will be refused`;
  return `domain ${name}: ${what} cannot change while it runs and will wait for its next cold start (see \`updatePolicy\`)`;
};

export const forbidden = ({ name, host }: Task, waits: readonly string[]): Failure =>
  new Failure("refused", `${waits.join(", ")} cannot change while it runs, and \`updatePolicy\` is "fail"`, {
    object: `domain ${name}`,
    host: host.name,
    remedy: 'Stop it first, or set `updatePolicy` to "restart" or "defer"',
  });

interface Ways {
  readonly today: Loose;
  readonly desired: Loose;
  /** The program's side of `desired`. */
  readonly said: Loose;
  /** Undefined of a machine that is stopped, or shall be. */
  readonly live: Loose | undefined;
  /** What only a cold start brings, of this update and of earlier ones. */
  readonly waits: readonly string[];
  /** Given where the machine has lost the mark that says whose it is. */
  readonly mark: Mark | undefined;
}
interface Outcome {
  readonly pending: readonly string[];
  readonly reasons: readonly string[];
  readonly restart: boolean;
}

/** Takes out, writes down, brings in. */
export async function bring(task: Task, { today, desired, said, live, waits, mark }: Ways): Promise<Outcome> {
  const { run, host, uuid, name, was, want, limits } = task;
  const policy = policyOf(want);
  const planned = plan(live ?? today, today, desired);
  const target = { uuid, name };
  const restart = live !== undefined && waits.length > 0 && policy === "restart";
  const out = live && !restart ? await before(run, host, target, planned, policy) : { refused: [], taken: [] };
  if (planned.changes || edited(was, want) || mark)
    await write(task, desired, mark).catch(async (thrown: unknown) => {
      // Where nobody knows which definition holds, the next update finds out.
      if (!isUnanswered(thrown)) await giveBack(run, host, target, asDefined(out.taken, today));
      throw thrown;
    });
  if (!live || restart) return { pending: waits, reasons: [], restart };
  const now = reading(await persistentXml(host, uuid, name, limits, true));
  const done = await after(run, host, target, { planned, persistent: now, said });
  const pending = [...new Set([...waits, ...out.refused, ...done.refused])];
  if (pending.length > 0 && policy === "defer") run.log.warn(deferred(name, pending, policy));
  return { pending, reasons: done.reasons, restart: pending.length > 0 && policy === "restart" };
}

/** As the definition has them: what the running machine says beside it is libvirt's own. */
const asDefined = (devices: readonly Device[], today: Loose): Device[] =>
  devices.map(({ list, device }) => ({ list, device: counterpart(list, device, items(today, list)) ?? device }));

async function write({ host, name, was, want, limits }: Task, desired: Loose, mark: Mark | undefined): Promise<void> {
  const document = writing(desired);
  if (mark) putMark(document, mark);
  applyEdits(document, editsOf(was), editsOf(want));
  await define(host, print(document), name, limits);
}

/** Brings it to run, to stop or to stand still, as the program wants. */
export async function settlePower(
  { run, host, uuid, want }: Task,
  { state, byLibvirt }: Power,
  restart: boolean,
): Promise<void> {
  const wanted = want["powerState"] ?? "running";
  const policy = shutdownOf(want);
  if (restart) await stop(run, host, uuid, policy);
  const now = restart ? "stopped" : state;
  if (wanted === "stopped" && now !== "stopped") await stop(run, host, uuid, policy);
  else if (now === "stopped" && wanted !== "stopped") await start(run, host, uuid, { paused: wanted === "paused" });
  else if (wanted === "paused" && now === "running") await pause(run, host, uuid);
  else if (wanted === "running" && now === "paused" && !byLibvirt) await resume(run, host, uuid);
}
