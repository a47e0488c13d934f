/** Changes a machine in place: what can be done while it runs is done, the rest waits as the program's policy says. */
import { asFailure, Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { resources } from "../../model";
import type { Run, Updated, UpdateRequest } from "../../plugin/resource";
import { merge } from "../../vocabulary";
import { parse, print } from "../../xml";
import type { Context } from "../context";
import { applyEdits, editsOf } from "../edits";
import { effective } from "../inputs";
import { hidden, mustBeHost, unpackBaseline } from "../state";
import { hostOf, limitsOf } from "../whereabouts";
import { seedFor, warnOfMissing } from "./create";
import { withScsi } from "./defaults";
import { shutdownOf } from "./delete";
import { expand, hasUnknown } from "./expand";
import { define, liveXml, persistentXml, setAutostart } from "./libvirt";
import { markOf } from "./mark";
import { stillPending } from "./pending";
import { type Plan, plan } from "./plan";
import { pause, powerOf, resume, start, stop } from "./power";
import { reading, writing } from "./render";
import { findNetworks, findVolumes, networksOf, placed, volumesOf } from "./resolve";
import { dropSeed, isSeed } from "./seed";
import { displaysOf, look, machineOf, outputsOf, seedOf, waitingKey } from "./state";
import { after, before, type Policy } from "./steps/live";
import { fingerprint, isLoose, items, type Loose, textAt } from "./values";
import { type Wanted, waitFor } from "./wait";

const Domain = resources.Domain.inputs;

/** One update: what was wanted, what is wanted, and where. */
interface Task {
  readonly run: Run;
  readonly host: Host;
  readonly limits: Limits;
  readonly uuid: string;
  readonly name: string;
  readonly was: Loose;
  readonly want: Loose;
  readonly request: UpdateRequest;
}

export async function update(context: Context, run: Run, request: UpdateRequest): Promise<Updated> {
  const { id: uuid, oldOutputs, oldInputs, news } = request;
  const [was, want] = [oldInputs, news].map(({ values }) => effective(Domain, values) as Loose) as [Loose, Loose];
  const host = hostOf(context, news.values);
  const name = String(news.values["name"] ?? oldOutputs.values["name"] ?? uuid);
  const task: Task = { run, host, limits: limitsOf(run), uuid, name, was, want, request };
  if (request.preview) return preview(context, task);
  const identity = await host.identity(task.limits);
  mustBeHost(oldOutputs.values[hidden.host], identity.uuid, `domain ${name}`, host.name);
  return carryOut(context, task);
}

/** Plans on what was last seen; no host is changed. */
async function preview(context: Context, task: Task): Promise<Updated> {
  const { run, host, name, was, want, request } = task;
  await warnOfMissing(run, context, host, want);
  const baseline = unpackBaseline(request.oldOutputs.values[hidden.baseline]);
  if (baseline && was["powerState"] !== "stopped" && want["powerState"] !== "stopped") {
    const today = reading(baseline.xml);
    const desired = merged(today, expand(was), expand(want));
    const waits = hasUnknown(desired) ? [] : plan(today, today, desired).boot;
    if (waits.length > 0) run.log.warn(deferred(name, waits, policyOf(want)));
  }
  return { outputs: request.oldOutputs };
}
const deferred = (name: string, waits: readonly string[], policy: Policy): string => {
  const what = waits.join(", ");
  if (policy === "restart") return `domain ${name} will be restarted: ${what} cannot change while it runs`;
  if (policy === "fail")
    return `domain ${name}: ${what} cannot change while it runs, and \`updatePolicy\` is "fail": the update will be refused`;
  return `domain ${name}: ${what} cannot change while it runs and will wait for its next cold start (see \`updatePolicy\`)`;
};
const policyOf = ({ updatePolicy }: Loose): Policy =>
  updatePolicy === "restart" || updatePolicy === "fail" ? updatePolicy : "defer";

/** Today's machine with exactly what the program changed. */
function merged(today: Loose, was: Loose, want: Loose): Loose {
  // Libvirt leaves away what it takes for granted: without it, a raised ceiling would bring all of its CPUs.
  const spoken = want["currentVcpus"] === undefined ? today : { currentVcpus: today["vcpus"], ...today };
  return withScsi(merge(Domain, spoken as never, was as never, want as never) as Loose);
}

async function carryOut(context: Context, task: Task): Promise<Updated> {
  const { run, host, limits, uuid, name, was, want, request } = task;
  const about = { object: `domain ${name}`, ...limits };
  const [xml, power, { autostart }] = await Promise.all([
    persistentXml(host, uuid, name, limits, true).catch((thrown: unknown) => {
      throw gone(thrown);
    }),
    powerOf(host, uuid, limits),
    host.call("domainGetAutostart", { dom: { uuid } }, about),
  ]);
  const document = parse(xml);
  const nonce = request.oldOutputs.values[hidden.nonce];
  const found = markOf(document)?.nonce;
  if (nonce !== undefined && found !== undefined && nonce !== found) throw stranger(task);
  const today = reading(xml);
  const seeds = await seedsOf(context, task, today);
  const places = await findVolumes(host, volumesOf(want), limits);
  await findNetworks(host, networksOf(want), limits);
  const [before, after] = [
    placed(expand(was, { seed: seeds.was }), places),
    placed(expand(want, { seed: seeds.want }), places),
  ];
  const desired = merged(today, before, after);
  const wantsPower = want["powerState"] ?? "running";
  const active = power.state !== "stopped" && wantsPower !== "stopped";
  const live = active ? reading(await liveXml(host, uuid, name, limits)) : undefined;
  const outcome = await bring(task, { today, desired, said: after, live });
  const failures: string[] = [...outcome.reasons];
  const attempt = async (act: () => Promise<unknown>): Promise<void> => {
    await act().catch((thrown: unknown) => failures.push(asFailure(thrown).in(about).in({ host: host.name }).message));
  };
  if ((want["autostart"] === true) !== autostart)
    await attempt(() => setAutostart(host, uuid, name, want["autostart"] === true, limits));
  const began = power.state === "stopped" || outcome.restart;
  await attempt(() => settlePower(task, power.state, power.byLibvirt, outcome.restart));
  if (seeds.old && failures.length === 0 && seeds.old.volume !== seeds.made?.volume)
    await dropSeed(host, seeds.old, limits).catch((thrown: unknown) => run.log.warn(asFailure(thrown).message));
  return told(task, { began, pending: outcome.pending, failures, seed: seeds.made ?? seeds.old });
}
const gone = (thrown: unknown): Failure => {
  const failure = asFailure(thrown);
  if (failure.code !== "missing") return failure;
  return new Failure("missing", "it is not on the host any more", {
    ...failure.circumstances,
    remedy: "Run `pulumi refresh`, then `pulumi up` makes it anew",
  });
};
const stranger = ({ name, host, uuid }: Task): Failure =>
  new Failure("refused", "another machine of this UUID is there, which this state did not make", {
    object: `domain ${name}`,
    host: host.name,
    remedy: `Take it over with \`pulumi import kvm:index:Domain NAME ${uuid}\` after \`pulumi state delete\``,
  });

/** The discs of cloud-init: what is in the drive, and what shall be. The same content is not written again. */
async function seedsOf(context: Context, { run, host, uuid, name, was, want, request }: Task, today: Loose) {
  const inDrive = textAt(items(today, "disks").find(isSeed), "source", "file");
  const old = seedOf(request.oldOutputs.values);
  const content = ({ cloudInit }: Loose): string =>
    isLoose(cloudInit) ? fingerprint({ ...cloudInit, onChange: undefined }) : "";
  const before = isLoose(was["cloudInit"]) ? inDrive : undefined;
  if (!isLoose(want["cloudInit"])) return { was: before, want: undefined, made: undefined, old };
  if (inDrive !== undefined && content(was) === content(want)) return { was: before, want: inDrive, made: old, old };
  const made = await seedFor(run, host, context, want, uuid, name);
  return { was: before, want: made?.path, made, old };
}

interface Ways {
  readonly today: Loose;
  readonly desired: Loose;
  /** The program's side of `desired`. */
  readonly said: Loose;
  /** Undefined of a machine that is stopped, or shall be. */
  readonly live: Loose | undefined;
}
interface Outcome {
  readonly pending: readonly string[];
  readonly reasons: readonly string[];
  readonly restart: boolean;
}

/** Takes out, writes down, brings in. Nothing is touched where the policy forbids it. */
async function bring(task: Task, { today, desired, said, live }: Ways): Promise<Outcome> {
  const { run, host, uuid, name, want } = task;
  const policy = policyOf(want);
  const planned: Plan = plan(live ?? today, today, desired);
  const target = { uuid, name };
  if (live && planned.boot.length > 0 && policy === "fail") throw forbidden(task, planned.boot);
  const restart = live !== undefined && planned.boot.length > 0 && policy === "restart";
  const out = live && !restart ? await before(run, host, target, planned, policy) : { refused: [] };
  const edited = fingerprint(editsOf(task.was)) !== fingerprint(editsOf(want));
  if (planned.changes || edited) await write(task, desired);
  if (!live) return { pending: [], reasons: [], restart: false };
  if (restart) return { pending: [], reasons: [], restart };
  const now = reading(await persistentXml(host, uuid, name, task.limits, true));
  const done = await after(run, host, target, { planned, persistent: now, said });
  const pending = [...planned.boot, ...out.refused, ...done.refused, ...(edited ? ["xml"] : [])];
  if (pending.length > 0 && policy === "defer") run.log.warn(deferred(name, pending, policy));
  return { pending, reasons: done.reasons, restart: pending.length > 0 && policy === "restart" };
}
const forbidden = ({ name, host }: Task, waits: readonly string[]): Failure =>
  new Failure("refused", `${waits.join(", ")} cannot change while it runs, and \`updatePolicy\` is "fail"`, {
    object: `domain ${name}`,
    host: host.name,
    remedy: 'Stop it first, or set `updatePolicy` to "restart" or "defer"',
  });

async function write({ host, name, was, want, limits }: Task, desired: Loose): Promise<void> {
  const document = writing(desired);
  applyEdits(document, editsOf(was), editsOf(want));
  await define(host, print(document), name, limits);
}

/** Brings it to run, to stop or to stand still, as the program wants. */
async function settlePower(
  { run, host, uuid, want }: Task,
  state: "running" | "stopped" | "paused",
  byLibvirt: boolean,
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

interface Told {
  readonly began: boolean;
  readonly pending: readonly string[];
  readonly failures: readonly string[];
  readonly seed: ReturnType<typeof seedOf>;
}

/** What there is now; after a start it waits as it did at creation. */
async function told(task: Task, { began, pending, failures, seed }: Told): Promise<Updated> {
  const { run, host, uuid, name, want, request } = task;
  const limits = failures.length > 0 ? {} : task.limits;
  const [identity, xml, power] = await Promise.all([
    host.identity(limits),
    persistentXml(host, uuid, name, limits),
    powerOf(host, uuid, limits),
  ]);
  const value = reading(xml);
  const runs = power.state === "running";
  const old = request.oldOutputs.values;
  const machine = machineOf(uuid, name, value);
  const unmet = old[waitingKey] === true || fingerprint(task.was["waitFor"]) !== fingerprint(want["waitFor"]);
  const waits = isLoose(want["waitFor"]) && runs && failures.length === 0 && (began || unmet);
  const waited = waits
    ? await waitFor(run, host, { ...machine, booting: began }, want["waitFor"] as Wanted)
    : undefined;
  const live = power.state === "stopped" ? value : reading(await liveXml(host, uuid, name, {}));
  const earlier = !began && Array.isArray(old["pendingRestart"]) ? old["pendingRestart"].map(String) : [];
  const reasons = [...failures, ...(waited?.reasons ?? [])];
  const outputs = outputsOf({
    uuid,
    name,
    host: host.name,
    nonce: textAt(old, hidden.nonce),
    hostUuid: identity.uuid,
    libvirt: identity.libvirt,
    xml,
    seen: waited?.seen ?? (await look(host, machine, runs, {})),
    pendingRestart: power.state === "stopped" ? [] : [...new Set([...stillPending(earlier, live, value), ...pending])],
    displays: displaysOf(live),
    seed,
    waiting: (waited?.reasons.length ?? 0) > 0,
  });
  return reasons.length > 0 ? { outputs, reasons } : { outputs };
}
