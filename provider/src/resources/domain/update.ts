/** Changes a machine in place: what can be done while it runs is done, the rest waits as the program's policy says. */
import { asFailure, Failure } from "../../failure";
import { resources } from "../../model";
import type { Run, Updated, UpdateRequest } from "../../plugin/resource";
import { parse } from "../../xml";
import type { Context } from "../context";
import { importLine } from "../importing";
import { effective } from "../inputs";
import { hidden, mustBeHost } from "../state";
import type { Loose } from "../values";
import { hostStaying, limitsOf } from "../whereabouts";
import { bring, forbidden, policyOf, settlePower, type Task } from "./bring";
import { seedFor } from "./create";
import { changedDisc, dropUnused, seedsOf } from "./discs";
import { mustFit } from "./fit";
import { foresee } from "./foresee";
import { liveXml, persistentXml, setAutostart } from "./libvirt";
import { markOf } from "./mark";
import { arising, leftOver } from "./pending";
import { powerOf } from "./power";
import { doubts, leavingLayers } from "./putBack";
import { reading } from "./render";
import { report } from "./report";
import { filtersOf, findFilters, findNetworks, findVolumes, networksOf, volumesOf } from "./resolve";
import { baselineOf, type Sides, sidesOf, wishes } from "./sides";
import { moved } from "./snapshots";

const Domain = resources.Domain.inputs;

export async function update(context: Context, run: Run, request: UpdateRequest): Promise<Updated> {
  const { id: uuid, oldOutputs, oldInputs, news } = request;
  const [was, want] = [oldInputs, news].map(({ values }) => effective(Domain, values) as Loose) as [Loose, Loose];
  const host = hostStaying(context, oldInputs.values, news.values);
  const name = String(news.values["name"] ?? oldOutputs.values["name"] ?? uuid);
  const task: Task = { run, host, limits: limitsOf(run), uuid, name, was, want, request };
  if (request.preview) return foresee(context, task);
  const identity = await host.identity(task.limits);
  mustBeHost(oldOutputs.values[hidden.host], identity.uuid, `domain ${name}`, host.name);
  return carryOut(context, task);
}

async function carryOut(context: Context, task: Task): Promise<Updated> {
  const found = await looked(context, task);
  return act(context, task, found, await decide(task, found));
}

/** All that can be decided, and refused, before anything is touched. */
async function decide(task: Task, { today, live }: Looked) {
  const { host, limits, name, want } = task;
  const [former, wished] = wishes(task);
  await mustFit(host, name, wished, limits, former);
  const before = baselineOf(task) ?? today;
  const layers = await moved(host, task, { today, before }, limits);
  const seeds = seedsOf(task, today);
  const places = await findVolumes(host, volumesOf(want), limits);
  await findNetworks(host, networksOf(want), limits);
  await findFilters(host, filtersOf(want), limits);
  const sides = (seed: string | undefined): Sides => {
    const plain = sidesOf(task, today, places, { was: seeds.was, want: seed });
    return { ...plain, desired: leavingLayers(layers, { before, today, desired: plain.desired }) };
  };
  // The path of a new disc decides nothing.
  const foreseen = sides(seeds.want);
  const [doubt] = doubts(layers, { before, today, desired: foreseen.desired }, task);
  if (doubt) throw doubt;
  const waits = live ? arising({ live, today, ...foreseen }) : [];
  if (stays(task) && waits.length > 0 && policyOf(want) === "fail") throw forbidden(task, waits);
  return { before, layers, seeds, sides, waits };
}
/** Whether it runs on, where it runs. */
const stays = ({ want }: Task): boolean => want["powerState"] !== "stopped";

type Looked = Awaited<ReturnType<typeof looked>>;
type Decided = Awaited<ReturnType<typeof decide>>;
async function act(context: Context, task: Task, found: Looked, decided: Decided): Promise<Updated> {
  const { run, host, limits, uuid, name, want, request } = task;
  const { today, power, autostart, live, mark } = found;
  const { before, layers, seeds, sides, waits } = decided;
  const made = seeds.writes ? await seedFor(run, host, context, want, uuid, name) : undefined;
  const { want: said, desired } = sides(made?.path ?? seeds.want);
  const earlier = live ? leftOver(request.oldOutputs.values, live, desired) : [];
  const all = [...new Set([...earlier, ...waits])];
  const ways = { today, desired, said, live: stays(task) ? live : undefined, waits: all, mark };
  const outcome = await bring(task, ways).catch(async (thrown: unknown) => {
    if (made) await dropUnused(task, made);
    throw thrown;
  });
  const failures: string[] = [...outcome.reasons];
  const about = { object: `domain ${name}`, host: host.name };
  const attempt = async (step: () => Promise<unknown>): Promise<void> => {
    await step().catch((thrown: unknown) => failures.push(asFailure(thrown).in(about).message));
  };
  if ((want["autostart"] === true) !== autostart)
    await attempt(() => setAutostart(host, uuid, name, want["autostart"] === true, limits));
  await attempt(() => settlePower(task, power, outcome.restart));
  const seed = await changedDisc(context, task, { made, seeds, keeps: failures.length > 0 });
  const unplugged = outcome.reasons.length > 0;
  const disks = { today, before, said, moved: layers };
  return report(task, { life: live?.["id"], pending: outcome.pending, failures, seed, unplugged, disks });
}

/** What there is before anything is done; another machine than ours is an error. */
async function looked(context: Context, task: Task) {
  const { host, limits, uuid, name, request } = task;
  const [xml, power, { autostart }] = await Promise.all([
    persistentXml(host, uuid, name, limits, true).catch((thrown: unknown) => {
      throw gone(thrown);
    }),
    powerOf(host, uuid, limits),
    host.call("domainGetAutostart", { dom: { uuid } }, { object: `domain ${name}`, ...limits }),
  ]);
  const nonce = request.oldOutputs.values[hidden.nonce];
  const found = markOf(parse(xml))?.nonce;
  if (nonce !== undefined && found !== undefined && nonce !== found) throw stranger(context, task);
  const live = power.state === "stopped" ? undefined : reading(await liveXml(host, uuid, name, limits));
  // Somebody took the mark away with the rest of the metadata: the next read or end must know whose it is.
  const lost = typeof nonce === "string" && found === undefined;
  const mark = lost ? { owner: context.owner(), urn: request.urn, nonce } : undefined;
  return { today: reading(xml), power, autostart, live, mark };
}
const gone = (thrown: unknown): Failure => {
  const failure = asFailure(thrown);
  if (failure.code !== "missing") return failure;
  return new Failure("missing", "it is not on the host any more", {
    ...failure.circumstances,
    remedy: "Run `pulumi refresh`, then `pulumi up` makes it anew",
  });
};
const stranger = (context: Context, { name, host, uuid, request }: Task): Failure =>
  new Failure("refused", "another machine of this UUID is there, which this state did not make", {
    object: `domain ${name}`,
    host: host.name,
    remedy: `Take it over with ${importLine(context, resources.Domain.token, request.name, host, uuid)} after \`pulumi state delete '${request.urn}'\``,
  });
