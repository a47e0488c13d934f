/** Looks at a machine: what it is today, and what of that is not as the program said. */
import { asFailure, Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { resources } from "../../model";
import type { Bag, Got, ReadRequest, Run } from "../../plugin/resource";
import { parse } from "../../xml";
import type { Context } from "../context";
import { effective, secretsOf } from "../inputs";
import { secretsKept } from "../secrets";
import { hidden, mustBeHost, unpackBaseline } from "../state";
import { items, type Loose } from "../values";
import { hostOf, limitsOf } from "../whereabouts";
import { driftedInputs } from "./drift";
import { type Found, find, uuidOf } from "./find";
import { importedInputs } from "./import";
import { liveXml, persistentXml } from "./libvirt";
import { markOf } from "./mark";
import { leftOver, waitingIn } from "./pending";
import { type Power, power } from "./powerState";
import { reading } from "./render";
import { elsewhere, moved, uncovered, uncoveredXml, unmoved } from "./snapshots";
import { displaysOf, look, machineOf, outputsOf, seedOf, unpluggedKey } from "./state";
import { leftUndone } from "./unfinished";

const Domain = resources.Domain.inputs;

export async function readDomain(context: Context, run: Run, request: ReadRequest): Promise<Got | undefined> {
  const known = request.inputs?.values["uuid"] !== undefined ? request.inputs : undefined;
  const limits = limitsOf(run);
  if (known) return refresh(context, run, request, hostOf(context, known.values), limits);
  const found = await find(context, request.id, request.inputs?.values["host"], limits);
  return found && imported(found, limits);
}

interface Look {
  readonly xml: string;
  readonly power: Power;
  readonly autostart: boolean;
}
/** Three calls at once: cheap enough for a hundred machines in one refresh. */
async function lookAt(host: Host, uuid: string, name: string, limits: Limits): Promise<Look | undefined> {
  const about = { object: `domain ${name}`, ...limits };
  const dom = { uuid };
  try {
    const [xml, state, { autostart }] = await Promise.all([
      persistentXml(host, uuid, name, limits),
      host.call("domainGetState", { dom }, about),
      host.call("domainGetAutostart", { dom }, about),
    ]);
    return { xml, power: power(state), autostart };
  } catch (thrown) {
    if (asFailure(thrown).code !== "missing") throw thrown;
    return undefined;
  }
}

async function imported({ host, key, uuid }: Found, limits: Limits): Promise<Got | undefined> {
  const seen = await lookAt(host, uuid, uuid, limits);
  if (!seen) return undefined;
  const inputs = importedInputs(seen.xml, seen, key);
  const machine = { uuid, name: String(inputs["name"]), wanted: {} };
  const { outputs } = await outputsToday(host, machine, { ...seen, kept: seen.xml }, {}, limits);
  return { id: uuid, inputs: { values: inputs, secrets: secretsOf(Domain, inputs, []) }, outputs };
}

async function refresh(
  context: Context,
  run: Run,
  request: ReadRequest,
  host: Host,
  limits: Limits,
): Promise<Got | undefined> {
  const { values, secrets } = request.inputs ?? { values: {}, secrets: [] };
  const old = request.outputs?.values ?? {};
  const [uuid, name] = [String(values["uuid"]), String(values["name"] ?? request.id)];
  const [identity, seen] = await Promise.all([host.identity(limits), lookAt(host, uuid, name, limits)]);
  mustBeHost(old[hidden.host], identity.uuid, `domain ${name}`, host.name);
  if (!seen) {
    await mustBeNowhere(context, host, uuid, name, limits);
    return undefined;
  }
  const baseline = unpackBaseline(old[hidden.baseline]);
  const before = baseline && reading(baseline.xml);
  const today = reading(seen.xml);
  const disks = before ? await moved(host, { uuid, name }, { today, before }, limits) : unmoved;
  const { covered } = disks;
  if (covered.size > 0) tellOfSnapshots(run, host, name, covered);
  const value = before ? uncovered(today, before, covered) : today;
  if (seen.power.byLibvirt) run.log.warn(`domain ${name} on host ${host.name}: ${seen.power.why}`);
  const inputs = driftedInputs(values, before, { ...seen, value }, baseline?.libvirt === identity.libvirt);
  const kept = before ? uncoveredXml(seen.xml, before, elsewhere(disks)) : seen.xml;
  const wanted = effective(Domain, values) as Loose;
  const { outputs, reasons } = await outputsToday(host, { uuid, name, wanted }, { ...seen, kept }, old, limits);
  const all =
    inputs === values
      ? secrets
      : secretsOf(Domain, effective(Domain, inputs), secretsKept(Domain, values, inputs, secrets));
  const got = { id: uuid, inputs: { values: inputs, secrets: all }, outputs };
  return reasons.length > 0 ? { ...got, reasons } : got;
}

/** A machine that another of the provider's hosts holds was migrated by somebody, not deleted. */
async function mustBeNowhere(context: Context, own: Host, uuid: string, name: string, limits: Limits): Promise<void> {
  const hosts = context.hosts();
  for (const other of hosts.names.map((key) => hosts.get(key)).filter((host) => host !== own)) {
    const found = await uuidOf(other, uuid, limits);
    if (found !== undefined)
      throw new Failure("refused", `it is not there any more, but on host ${other.name}`, {
        object: `domain ${name}`,
        host: own.name,
        remedy: `Migrate it back, or set its \`host\` to ${other.name} and import it anew`,
      });
  }
}

function tellOfSnapshots(run: Run, host: Host, name: string, targets: ReadonlySet<string>): void {
  for (const target of targets)
    run.log.warn(
      `domain ${name} on host ${host.name}: disk ${target} now writes to a snapshot over the image that the program names. It stays so until whoever made the snapshot commits it`,
    );
}

/** `kept` is what the next read compares with. */
type Kept = Look & { readonly kept: string };
interface Machine {
  readonly uuid: string;
  readonly name: string;
  /** What the program says of it. */
  readonly wanted: Loose;
}
async function outputsToday(host: Host, { uuid, name, wanted }: Machine, seen: Kept, old: Bag, limits: Limits) {
  const identity = await host.identity(limits);
  const value = reading(seen.xml);
  const runs = seen.power.state !== "stopped";
  const waiting = runs && waitingIn(old).length > 0;
  const needsLive = runs && (waiting || old[unpluggedKey] === true || items(value, "graphics").length > 0);
  const [live, addresses] = await Promise.all([
    needsLive ? liveXml(host, uuid, name, limits).then(reading) : value,
    look(host, machineOf(uuid, name, value), seen.power.state === "running", limits),
  ]);
  const mark = markOf(parse(seen.xml));
  const nonce = old[hidden.nonce] ?? (old[hidden.baseline] === undefined ? mark?.nonce : undefined);
  const left = leftUndone(old, {
    power: seen.power.state,
    marked: mark !== undefined,
    live,
    persistent: value,
    wanted,
  });
  const outputs = outputsOf({
    uuid,
    name,
    host: host.name,
    nonce: typeof nonce === "string" ? nonce : undefined,
    hostUuid: identity.uuid,
    libvirt: identity.libvirt,
    xml: seen.kept,
    seen: addresses,
    pendingRestart: waiting ? leftOver(old, live, value) : [],
    live,
    displays: displaysOf(live),
    seed: seedOf(old),
    waiting: left.waiting,
    unplugged: left.unplugged,
  });
  const subject = `domain ${name} on host ${host.name}`;
  return { outputs, reasons: left.reasons.map((reason) => `${subject}: ${reason}`) };
}
