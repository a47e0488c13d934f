/** The life that pools and networks share: defined by XML, known by a UUID, active or not, started with the host or not. */
import { asFailure, Failure } from "../failure";
import type { Host, Limits } from "../host/host";
import type {
  Bag,
  CheckFailure,
  CheckRequest,
  Created,
  CreateRequest,
  DeleteRequest,
  Difference,
  DiffRequest,
  Got,
  Properties,
  ReadRequest,
  Resource,
  Run,
  Updated,
  UpdateRequest,
  Value,
} from "../plugin/resource";
import { unknown } from "../unknown";
import { type Element, type Lands, merge, type Shape } from "../vocabulary";
import { type Node, parse, print } from "../xml";
import { born } from "./birth";
import type { Context } from "./context";
import { differences } from "./difference";
import { baselineOf, imported, reading, seenToday, wanted, written } from "./look";
import { replacements } from "./owner";
import { hidden, mustBeHost } from "./state";
import { hostOf, limitsOf, located } from "./whereabouts";

export interface Named {
  readonly name: string;
  readonly uuid: string;
}
/** How it is found on its host. */
export interface Found {
  /** The persistent definition. */
  readonly xml: string;
  readonly active: boolean;
  readonly autostart: boolean;
}
export interface Kind<S extends Shape> {
  /** `pool` */
  readonly word: string;
  /** `kvm:index:Pool` */
  readonly token: string;
  readonly declaration: Element<S>;
  readonly defaults: Bag;
  readonly faults: (request: CheckRequest) => readonly CheckFailure[];
  /** Whether the old one must go before the new one can come. */
  readonly excludes: (olds: Bag, news: Bag) => boolean;
  /** What a change that lands so does beside what it is for; the preview says it. */
  readonly sideEffect: (lands: ReadonlySet<Lands>) => string | undefined;
  /** Outputs beside name, UUID and host, from the definition. */
  readonly outputs: (definition: Node) => Bag;
  lookup(host: Host, name: string, limits: Limits): Promise<Named>;
  look(host: Host, object: Named, limits: Limits): Promise<Found>;
  all(host: Host, limits: Limits): Promise<readonly Named[]>;
  define(host: Host, xml: string, name: string, limits: Limits): Promise<Named>;
  /** After it was defined for the first time, before it starts. May add outputs. */
  build(run: Run, host: Host, object: Named, inputs: Bag): Promise<Bag>;
  start(host: Host, object: Named, limits: Limits): Promise<void>;
  setAutostart(host: Host, object: Named, autostart: boolean, limits: Limits): Promise<void>;
  change(run: Run, host: Host, object: Named, before: Found, after: string): Promise<void>;
  drop(run: Run, host: Host, object: Named, request: DeleteRequest | undefined): Promise<void>;
}

export function defined<S extends Shape>(kind: Kind<S>, context: Context): Resource {
  const { declaration, word } = kind;
  const seen = replacements();
  const objectOf = (name: string): string => `${word} ${name}`;
  const stables = [
    "name",
    "uuid",
    "host",
    ...Object.keys(kind.outputs({ name: "", attrs: {}, children: [], text: "" })),
  ];

  const check: Resource["check"] = async (_run, request) => {
    const identity = ({ uuid, name }: Bag): string => String(uuid ?? name);
    const { defaults, faults } = kind;
    return born({ declaration, uuid: true, identity, defaults, faults }, context, seen, request);
  };

  const diff = async (_run: Run, { oldInputs, news, ignoreChanges }: DiffRequest): Promise<Difference> => {
    const { changes } = differences(declaration, oldInputs.values, news.values, ignoreChanges);
    return { changes, deleteBeforeReplace: kind.excludes(oldInputs.values, news.values), stables };
  };

  async function outputs(run: Run, host: Host, { name, uuid }: Named, xml: string, more: Bag): Promise<Properties> {
    const at = await host.identity(limitsOf(run));
    const values = {
      ...more,
      name,
      uuid,
      host: host.name,
      ...kind.outputs(parse(xml)),
      [hidden.host]: at.uuid,
      ...baselineOf(xml, at.libvirt),
    };
    return { values, secrets: [[hidden.baseline]] };
  }

  /** Starts it, and marks it as wanted. */
  async function settle(run: Run, host: Host, object: Named, found: Found, inputs: Bag): Promise<void> {
    const { autostart } = wanted(declaration, inputs) as Bag;
    const limits = limitsOf(run);
    if (typeof autostart === "boolean" && autostart !== found.autostart)
      await kind.setAutostart(host, object, autostart, limits);
    if (!found.active) await kind.start(host, object, limits);
  }

  async function create(run: Run, { inputs, preview }: CreateRequest): Promise<Created> {
    const { values } = inputs;
    const host = hostOf(context, values);
    if (preview) {
      context.planned.add(objectOf(String(values["name"])));
      return foreseen(values, host);
    }
    const name = String(values["name"]);
    const limits = limitsOf(run);
    const xml = print(written(declaration, wanted(declaration, values), values));
    if (values[hidden.minted] !== true) await mustBeFree(host, values, limits);
    let object: Named | undefined;
    try {
      object = await kind.define(host, xml, name, limits);
      const more = await kind.build(run, host, object, values);
      await settle(run, host, object, await kind.look(host, object, limits), values);
      const { xml: today } = await kind.look(host, object, limits);
      return { id: name, outputs: await outputs(run, host, object, today, more) };
    } catch (error) {
      const failure = asFailure(error);
      if (failure.code === "lost") return unsure(values, host, failure);
      if (failure.code === "exists" && !object) throw taken(name, host, failure);
      if (object) await kind.drop(run, host, object, undefined).catch(() => undefined);
      throw failure;
    }
  }
  function foreseen(values: Bag, host: Host): Created {
    const rest = stables.map((key): [string, Value] => [key, values[key] ?? unknown]);
    return { id: "", outputs: { values: { ...Object.fromEntries(rest), host: host.name }, secrets: [] } };
  }
  /** A UUID that the program gives is no mark of ours. */
  async function mustBeFree(host: Host, { name, uuid }: Bag, limits: Limits): Promise<void> {
    const there = await maybe(kind.look(host, { name: String(name), uuid: String(uuid) }, limits));
    if (there) throw taken(String(name), host, undefined);
  }
  const taken = (name: string, host: Host, cause: unknown): Failure =>
    new Failure("exists", `a ${word} of that name or UUID is there already, and this stack did not make it`, {
      object: objectOf(name),
      host: host.name,
      remedy: `Take it over with \`pulumi import ${kind.token} NAME ${name}\`, or choose another name`,
      cause,
    });
  /** The answer was lost: it may be there. The next run looks before it does anything. */
  function unsure({ name, uuid }: Bag, host: Host, failure: Failure): Created {
    return {
      id: String(name),
      outputs: { values: { name, uuid, host: host.name }, secrets: [] },
      reasons: [`${failure.message}. Run \`pulumi up\` again: it looks first whether the ${word} was made`],
      refreshBeforeUpdate: true,
    };
  }

  async function read(run: Run, request: ReadRequest): Promise<Got | undefined> {
    const { inputs: old, outputs: was } = request;
    const place = was ? { name: undefined, id: request.id } : located(context, request.id);
    const said: Bag = old?.values ?? (place.name === undefined ? {} : { host: place.name });
    const host = hostOf(context, said);
    const limits = limitsOf(run);
    const at = await host.identity(limits);
    mustBeHost(was?.values[hidden.host], at.uuid, objectOf(place.id), host.name);
    const uuid = was?.values["uuid"];
    const object =
      typeof uuid === "string" ? { name: place.id, uuid } : await maybe(kind.lookup(host, place.id, limits));
    const found = object && (await maybe(kind.look(host, object, limits)));
    if (!object || !found) return undefined;
    const more = Object.fromEntries(Object.entries(was?.values ?? {}).filter(([key]) => key === hidden.built));
    const now = await outputs(run, host, { ...object, name: place.id }, found.xml, more);
    const values = inputsNow(said, was, found, at.libvirt, old !== undefined && was !== undefined);
    const idle = `${objectOf(place.id)} on host ${host.name} is not active; \`pulumi up\` starts it`;
    return {
      id: place.id,
      inputs: { values, secrets: old?.secrets ?? [] },
      outputs: now,
      ...(found.active ? {} : { reasons: [idle] }),
    };
  }
  function inputsNow(said: Bag, was: Properties | undefined, found: Found, libvirt: string, kept: boolean): Bag {
    if (!kept) return { ...imported(declaration, found.xml), ...said, autostart: found.autostart };
    const values = seenToday(declaration, said, was?.values[hidden.baseline], { xml: found.xml, libvirt });
    const { autostart } = wanted(declaration, said) as Bag;
    return autostart === undefined || autostart === found.autostart
      ? values
      : { ...values, autostart: found.autostart };
  }

  async function update(run: Run, request: UpdateRequest): Promise<Updated> {
    const { news, oldInputs, oldOutputs } = request;
    const host = hostOf(context, news.values);
    const object = { name: request.id, uuid: String(oldOutputs.values["uuid"]) };
    if (request.preview) {
      const { landings } = differences(declaration, oldInputs.values, news.values, request.ignoreChanges);
      const effect = kind.sideEffect(new Set(landings.map(({ lands }) => lands)));
      if (effect) run.log.warn(`${objectOf(object.name)} on host ${host.name} ${effect}`);
      return { outputs: oldOutputs };
    }
    const limits = limitsOf(run);
    mustBeHost(oldOutputs.values[hidden.host], (await host.identity(limits)).uuid, objectOf(object.name), host.name);
    const before = await kind.look(host, object, limits);
    const [was, want] = [oldInputs, news].map(({ values }) => wanted(declaration, values));
    const merged = merge(declaration, reading(declaration, before.xml), was ?? {}, want ?? {});
    const after = print(written(declaration, merged, news.values, oldInputs.values));
    await kind.change(run, host, object, before, after);
    await settle(run, host, object, await kind.look(host, object, limits), news.values);
    const { xml } = await kind.look(host, object, limits);
    const more = Object.fromEntries(Object.entries(oldOutputs.values).filter(([key]) => key === hidden.built));
    return { outputs: await outputs(run, host, object, xml, more) };
  }

  async function drop(run: Run, request: DeleteRequest): Promise<void> {
    const host = hostOf(context, request.inputs.values);
    const { [hidden.host]: recorded, uuid } = request.outputs.values;
    mustBeHost(recorded, (await host.identity(limitsOf(run))).uuid, objectOf(request.id), host.name);
    await maybe(kind.drop(run, host, { name: request.id, uuid: String(uuid) }, request));
  }

  async function* list(run: Run): ReturnType<Resource["list"]> {
    const hosts = context.hosts();
    const limits = limitsOf(run);
    for (const host of hosts.names.length > 0 ? hosts.names.map((name) => hosts.get(name)) : [hosts.get()])
      for (const object of await kind.all(host, limits)) {
        const found = await maybe(kind.look(host, object, limits));
        if (found)
          yield { id: object.name, name: object.name, outputs: await outputs(run, host, object, found.xml, {}) };
      }
  }

  return { check, diff, create, read, update, delete: drop, list };
}

/** Undefined where it is not there. */
async function maybe<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (asFailure(error).code !== "missing") throw error;
    return undefined;
  }
}
