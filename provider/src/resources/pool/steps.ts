/** What is done to a pool on its host, call by call. */
import { asFailure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import type { Bag, Run } from "../../plugin/resource";
import { canonical, type Node, parse } from "../../xml";
import type { Found, Named } from "../defined";
import { hidden } from "../state";
import { limitsOf } from "../whereabouts";
import { empty, isGone } from "./contents";

/** `virStorageXMLFlags`: the definition, not the running pool. */
const inactive = 1;
const about = ({ name }: Named, limits: Limits) => ({ object: `pool ${name}`, ...limits });

export async function lookup(host: Host, name: string, limits: Limits): Promise<Named> {
  return (await host.call("storagePoolLookupByName", { name }, { object: `pool ${name}`, ...limits })).pool;
}

export const all = async (host: Host, limits: Limits): Promise<Named[]> =>
  (await host.call("connectListAllStoragePools", {}, limits)).pools;

export async function look(host: Host, pool: Named, limits: Limits): Promise<Found> {
  const options = about(pool, limits);
  const [{ xml }, { active }, { autostart }] = await Promise.all([
    host.call("storagePoolGetXmlDesc", { pool, flags: inactive }, options),
    host.call("storagePoolIsActive", { pool }, options),
    host.call("storagePoolGetAutostart", { pool }, options),
  ]);
  return { xml, active, autostart };
}

export async function define(host: Host, xml: string, name: string, limits: Limits): Promise<Named> {
  return (await host.call("storagePoolDefineXml", { xml }, { object: `pool ${name}`, ...limits })).pool;
}
export async function autostart(host: Host, pool: Named, on: boolean, limits: Limits): Promise<void> {
  await host.call("storagePoolSetAutostart", { pool, autostart: on }, about(pool, limits));
}

/** Makes what holds the volumes; whether it was there before decides whether it goes with the pool. */
export async function build(
  run: Run,
  host: Host,
  pool: Named,
  inputs: Bag,
  note: (outputs: Bag) => void,
): Promise<void> {
  const limits = limitsOf(run);
  const { active } = await host.call("storagePoolIsActive", { pool }, about(pool, limits));
  if (active || inputs["build"] === false) return;
  const isDirectory = inputs["type"] === undefined || inputs["type"] === "dir";
  if (!isDirectory && inputs["build"] !== true) return;
  // A directory that is there can be started; then it is not ours to take away.
  const there = isDirectory && (await startable(host, pool, limits));
  if (there) await host.call("storagePoolDestroy", { pool }, about(pool, limits));
  // Said first: where the answer is lost the directory may be there all the same.
  if (isDirectory && !there) note({ [hidden.built]: true });
  await host.call("storagePoolBuild", { pool }, about(pool, limits));
}
const startable = (host: Host, pool: Named, limits: Limits): Promise<boolean> =>
  host.call("storagePoolCreate", { pool }, about(pool, limits)).then(
    () => true,
    (error: unknown) => {
      if (asFailure(error).code === "refused") return false;
      throw error;
    },
  );

export async function start(run: Run, host: Host, pool: Named): Promise<void> {
  await host.call("storagePoolCreate", { pool }, about(pool, limitsOf(run)));
}

export async function stop(run: Run, host: Host, pool: Named): Promise<void> {
  await host.call("storagePoolDestroy", { pool }, about(pool, limitsOf(run)));
}

/** Stopping a pool touches no volume, and no guest that uses one. */
export async function change(run: Run, host: Host, pool: Named, before: Found, after: string): Promise<void> {
  const limits = limitsOf(run);
  const [was, want] = [before.xml, after].map((xml) => parse(xml)) as [Node, Node];
  if (canonical(was) === canonical(want)) return;
  await define(host, after, pool.name, limits);
  if (before.active && canonical(part(was, "source")) !== canonical(part(want, "source")))
    run.log.warn(`pool ${pool.name} on host ${host.name} ${waits}`);
  if (canonical(permissions(was)) === canonical(permissions(want)) || want.attrs["type"] !== "dir") return;
  if (before.active) await host.call("storagePoolDestroy", { pool }, about(pool, limits));
  await host.call("storagePoolBuild", { pool }, about(pool, limits));
}
/** Its volumes are under guests that run: nobody but the user knows when they may go for a moment. */
export const waits =
  "keeps its old source as long as it runs: the new one is used from its next start on. Once nothing uses its volumes say `active: false`, run `pulumi up`, and take that out again";
const part = (n: Node, name: string): Node =>
  n.children.find((child) => child.name === name) ?? { name, attrs: {}, text: "", children: [] };
const permissions = (pool: Node): Node => {
  const target = pool.children.find(({ name }) => name === "target");
  return {
    name: "",
    attrs: {},
    text: "",
    children: target?.children.filter(({ name }) => name === "permissions") ?? [],
  };
};

/** Stopped and forgotten. A directory that we made goes with it where it is empty; data stay unless they were given up. */
export async function drop(run: Run, host: Host, pool: Named, inputs: Bag, outputs: Bag): Promise<void> {
  const options = about(pool, limitsOf(run));
  const { active: before } = await host.call("storagePoolIsActive", { pool }, options);
  const gone = inputs["deleteContents"] === true;
  const active = gone ? await empty(host, pool, before, limitsOf(run)) : before;
  if (active) await host.call("storagePoolDestroy", { pool }, options);
  if (gone || outputs[hidden.built] === true)
    await host.call("storagePoolDelete", { pool }, options).catch((error: unknown) => {
      // What is gone already is well.
      if (isGone(error)) return;
      if (gone) throw error;
      const { problem } = asFailure(error);
      const why = /not empty/i.test(problem) ? "is not empty and stays" : `could not be taken away: ${problem}`;
      run.log.info(`pool ${pool.name} on host ${host.name}: its directory ${why}`);
    });
  await host.call("storagePoolUndefine", { pool }, options);
}
