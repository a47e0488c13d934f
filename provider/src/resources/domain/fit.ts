/** Whether the host can give what a program wants of it, asked before anything is touched. */
import { asFailure, Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { propertyPath } from "../../path";
import type { Bag, CheckFailure, Run } from "../../plugin/resource";
import { tellUnasked } from "../unasked";
import { at, type Loose, textAt } from "../values";
import { hostDefaults } from "./defaults";
import { asks, unoffered, unspoken, unsupported } from "./offers";
import { hostFacts } from "./resolve";
import { treeOf } from "./tellings";

/** What the program says, and what that comes to with the defaults of its birth. */
export interface Wish {
  readonly said: Bag;
  readonly wanted: Loose;
}

/** All of it that the host cannot give. */
export async function unfit(host: Host, { said, wanted }: Wish, limits: Limits): Promise<CheckFailure[]> {
  const [{ driver, libvirt }, capabilities] = await Promise.all([host.identity(limits), host.capabilities(limits)]);
  const whole = unsupported(wanted, treeOf(capabilities));
  const faults = [...unspoken(said, { driver, version: libvirt }), ...whole];
  // Of what the host does not know at all it cannot tell more.
  if (whole.length > 0 || !asks(wanted)) return faults;
  const offered = await offeredOf(host, wanted, limits);
  return offered === undefined ? faults : [...faults, ...unoffered(wanted, treeOf(offered))];
}

/** The domain capabilities of just this kind of machine; some drivers have none, and libvirt tells them to nobody who may only read. */
async function offeredOf(host: Host, wanted: Loose, limits: Limits): Promise<string | undefined> {
  const facts = await hostFacts(host, at(wanted, "os", "arch"), limits);
  const { type, os } = hostDefaults(wanted, facts, wanted["preset"] === "none");
  const [arch, machine] = [textAt(os, "arch") ?? facts.arch, textAt(os, "machine")];
  try {
    return await host.domainCapabilities(
      { virttype: String(type), arch, ...(machine === undefined ? {} : { machine }) },
      limits,
    );
  } catch (thrown) {
    if (["unsupported", "denied", "invalid"].includes(asFailure(thrown).code)) return undefined;
    throw thrown;
  }
}

/** Throws where the host cannot give it, naming every property. What was already so before an update is no news. */
export async function mustFit(host: Host, name: string, wish: Wish, limits: Limits, before?: Wish): Promise<void> {
  const faults = await news(host, wish, limits, before);
  const [first] = faults;
  if (!first) return;
  throw new Failure("unsupported", faults.map(sentence).join("; "), {
    object: `domain ${name}`,
    host: host.name,
    property: first.property,
    remedy: "Nothing was touched: change the program, or bring the host to it",
  });
}
/** The same in a preview, which must not fail for a host that is not reached or will be another by then. */
export async function warnOfUnfit(
  run: Run,
  host: Host,
  name: string,
  wish: Wish,
  limits: Limits,
  before?: Wish,
): Promise<void> {
  const faults = await news(host, wish, limits, before).catch((thrown: unknown) => {
    tellUnasked(run, host, asFailure(thrown).in({ object: `domain ${name}` }));
    return [];
  });
  for (const fault of faults)
    run.log.warn(`domain ${name} on host ${host.name}: ${sentence(fault)} (the update will fail)`);
}
async function news(host: Host, wish: Wish, limits: Limits, before: Wish | undefined): Promise<CheckFailure[]> {
  const faults = await unfit(host, wish, limits);
  if (!before || faults.length === 0) return faults;
  const old = (await unfit(host, before, limits)).map(anywhere);
  return faults.filter((fault) => {
    const known = old.indexOf(anywhere(fault));
    if (known >= 0) old.splice(known, 1);
    return known < 0;
  });
}
/** Wherever in its list: a device that comes or goes before it moves it. */
const anywhere = ({ property, reason }: CheckFailure): string =>
  JSON.stringify([property.map((step) => (typeof step === "number" ? "*" : step)), reason]);
const sentence = ({ property, reason }: CheckFailure): string => `${propertyPath(property)} ${reason}`;
