import { Failure } from "../../failure";
import type { openHosts } from "../../host";
import type { Host } from "../../host/host";
import { resources } from "../../model";
import type { Run } from "../../plugin/resource";
import { parse } from "../../xml";
import { hidden } from "../state";
import { contextOf } from "../testing/context";
import { create } from "./create";
import type { Found, Kind } from "./kind";

const uuid = "f6309e3b-cabd-8649-a0df-722eda9eebce";
const host = {
  name: "alpha",
  anticipate: () => undefined,
  identity: async () => ({ uuid: "h", libvirt: "9.0.0" }),
} as unknown as Host;
const context = {
  ...contextOf(),
  hosts: (): ReturnType<typeof openHosts> => ({ names: [], get: () => host, close: async () => undefined }),
};

/** A kind whose host keeps one object; `start` is what it does when it is started. */
function pools(there: Found | undefined, start: () => void) {
  let held = there;
  const log: string[] = [];
  const kind: Kind<typeof resources.Pool.inputs.shape> = {
    word: "pool",
    token: "kvm:index:Pool",
    declaration: resources.Pool.inputs,
    defaults: {},
    faults: () => [],
    excludes: () => false,
    sideEffect: () => undefined,
    outputs: () => ({}),
    lookup: async () => ({ name: "store", uuid }),
    look: async () => {
      if (!held) throw new Failure("missing", "no such pool");
      return held;
    },
    all: async () => [],
    define: async (_, xml, name) => {
      log.push("define");
      held = { xml, active: false, autostart: false };
      return { name, uuid };
    },
    power: {
      build: async (_run, _host, _object, _inputs, note) => note({ [hidden.built]: true }),
      stop: async () => undefined,
      start: async () => {
        log.push("start");
        start();
        if (held) held = { ...held, active: true };
      },
      setAutostart: async () => undefined,
    },
    mustHoldNothing: async () => undefined,
    change: async (_run, _host, _object, _before, after) => {
      log.push("change");
      if (held) held = { ...held, xml: after };
    },
    drop: async ({ signal }, _host, _object, _inputs, outputs) => {
      signal.throwIfAborted();
      log.push(outputs[hidden.built] === true ? "drop what was built" : "drop");
      held = undefined;
    },
  };
  return { kind, log, held: () => held };
}
const made = (kind: ReturnType<typeof pools>["kind"], signal = new AbortController().signal) => {
  const run: Run = { signal, deadline: undefined, log: undefined as never };
  const values = { name: "store", path: "/p", type: "dir", uuid, [hidden.minted]: true };
  return create(kind, context, run, { urn: "urn:a", name: "store", inputs: { values, secrets: [] }, preview: false });
};

test("what is somebody else's is left alone, and the message says how the program's resource takes it over", async () => {
  const { kind, log } = pools({ xml: "<pool/>", active: true, autostart: true }, () => undefined);
  const run: Run = { signal: new AbortController().signal, deadline: undefined, log: undefined as never };
  const inputs = { values: { name: "store", path: "/p", uuid }, secrets: [] };
  await expect(create(kind, context, run, { urn: "urn:a", name: "mine", inputs, preview: false })).rejects.toThrow(
    "pulumi import kvm:index:Pool mine store",
  );
  expect(log).toEqual([]);
});

test("what an earlier run left is built, started and taken over", async () => {
  const half = {
    xml: `<pool type='dir'><name>store</name><uuid>${uuid}</uuid></pool>`,
    active: false,
    autostart: false,
  };
  const { kind, log, held } = pools(half, () => undefined);
  expect((await made(kind)).outputs.values).toMatchObject({ name: "store", [hidden.built]: true });
  expect(log).toEqual(["change", "start"]);
  expect(parse(held()?.xml ?? "").children.some(({ name }) => name === "target")).toBe(true);
});

test("of a kind whose whole content is the program's, what else is in one that is taken over goes", async () => {
  const half = {
    xml: `<pool type='dir'><name>store</name><uuid>${uuid}</uuid><capacity>1</capacity><target><path>/p</path><permissions><mode>0700</mode></permissions></target></pool>`,
    active: true,
    autostart: true,
  };
  for (const whole of [true, undefined]) {
    const { kind, held } = pools(half, () => undefined);
    await made(whole ? { ...kind, whole } : kind);
    expect(held()?.xml.includes("0700")).toBe(!whole);
  }
});

test("what was there before stays when it cannot be brought to what is wanted", async () => {
  const ours = {
    xml: `<pool type='dir'><name>store</name><uuid>${uuid}</uuid></pool>`,
    active: false,
    autostart: false,
  };
  const { kind, log, held } = pools(ours, () => {
    throw new Failure("refused", "no");
  });
  await expect(made(kind)).rejects.toMatchObject({ code: "refused" });
  expect(log.join()).not.toContain("drop");
  expect(held()).toBeDefined();
});

test("what this run made goes again, after Ctrl-C too", async () => {
  const stop = new AbortController();
  const { kind, log, held } = pools(undefined, () => {
    stop.abort();
    throw new Failure("cancelled", "cancelled");
  });
  await expect(made(kind, stop.signal)).rejects.toMatchObject({ code: "cancelled" });
  expect(log).toEqual(["define", "start", "drop what was built"]);
  expect(held()).toBeUndefined();
});
