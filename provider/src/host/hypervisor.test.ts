import { renameSync } from "node:fs";
import { createServer } from "node:net";
import { events } from "../libvirt";
import type { Header } from "../libvirt/frame";
import { connectionAnswers, type Hears } from "../libvirt/testing/answers";
import { type Caller, encoded, type FakeDaemon, fakeDaemon } from "../libvirt/testing/daemon";
import type { Host } from "./host";
import { openHosts } from "./index";

const DOMAIN = { name: "web", uuid: "4239dfb9-df14-49c4-8996-b2a7b47e8523", id: -1 };
const MESSAGE = 2;
const LIFECYCLE = encoded(
  events.domainLifecycle.message as never,
  { callbackID: 1, dom: DOMAIN, event: 2, detail: 0 } as never,
);

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

/** A host whose daemon opens by itself and leaves everything else to `hears`. */
async function host(hears: Hears): Promise<{ host: Host; daemon: FakeDaemon }> {
  const daemon = await fakeDaemon(
    (caller, header, body) => connectionAnswers(caller, header) || hears(caller, header, body),
  );
  closing.push(daemon.close);
  const hosts = openHosts({ alpha: { uri: `qemu+unix:///system?socket=${daemon.path}` } });
  closing.push(() => hosts.close());
  return { host: hosts.get(), daemon };
}

const hostname: Hears = (caller, header) =>
  header.procedure === 59 && caller.reply(header, "connectGetHostname", { hostname: "alpha" });
const code = (wanted: string) => expect.objectContaining({ code: wanted });

describe("a host", () => {
  test("connects at the first call, once for all that come together", async () => {
    const callers = new Set<unknown>();
    const { host: alpha } = await host((caller, header, body) => {
      callers.add(caller);
      hostname(caller, header, body);
    });
    await Promise.all([alpha.call("connectGetHostname", {}), alpha.call("connectGetHostname", {})]);
    expect(callers.size).toBe(1);
  });

  test("asks again when the connection breaks under a question", async () => {
    let asked = 0;
    const { host: alpha, daemon } = await host((caller, header, body) =>
      ++asked === 1 ? daemon.cut() : hostname(caller, header, body),
    );
    await expect(alpha.call("connectGetHostname", {})).resolves.toEqual({ hostname: "alpha" });
    expect(asked).toBe(2);
  });

  test("asks again what was under way or waited for its turn when the connection broke, more than once", async () => {
    const cuts = [3, 9];
    let asked = 0;
    const { host: alpha, daemon } = await host((caller, header) => {
      if (cuts.includes(++asked)) daemon.cut();
      else caller.reply(header, "storagePoolIsActive", { active: true });
    });
    const askers = Array.from({ length: 20 }, () => alpha.call("storagePoolIsActive", { pool: DOMAIN }));
    expect(await Promise.all(askers)).toEqual(askers.map(() => ({ active: true })));
  });

  test("does not ask for ever what ends the daemon", async () => {
    let asked = 0;
    const { host: alpha, daemon } = await host(() => {
      asked++;
      daemon.cut();
    });
    await expect(alpha.call("connectGetHostname", {})).rejects.toEqual(code("lost"));
    expect(asked).toBe(4);
  });

  test("never repeats what may be done already and cannot be looked up: the caller learns so", async () => {
    let asked = 0;
    const { host: alpha, daemon } = await host(() => {
      asked++;
      daemon.cut();
    });
    const plugging = alpha.call("domainAttachDeviceFlags", { dom: DOMAIN, xml: "<disk/>" }, { object: "domain web" });
    await expect(plugging).rejects.toMatchObject({
      code: "lost",
      message: expect.stringMatching(/^domain web on host alpha: .*may have been made/),
    });
    expect(asked).toBe(1);
  });

  /** A machine that starts when it is asked to; `cut` says whether the first request is carried out before the connection breaks. */
  const startable = async (carriedOut: boolean) => {
    const seen = { starts: 0, runs: false };
    const there = await host((caller, { procedure, ...header }) => {
      const call = { procedure, ...header };
      if (procedure === 212) caller.reply(call, "domainGetState", { state: seen.runs ? 1 : 5, reason: 0 });
      if (procedure === 24) caller.reply(call, "domainLookupByUuid", { dom: DOMAIN });
      if (procedure !== 196) return;
      const first = ++seen.starts === 1;
      seen.runs = !first || carriedOut;
      if (first) there.daemon.cut();
      else caller.reply(call, "domainCreateWithFlags", { dom: DOMAIN });
    });
    return { ...there, seen };
  };

  test("makes a call again that a look proves undone", async () => {
    const { host: alpha, seen } = await startable(false);
    await expect(alpha.call("domainCreateWithFlags", { dom: DOMAIN })).resolves.toEqual({ dom: DOMAIN });
    expect(seen).toEqual({ starts: 2, runs: true });
  });

  test("answers a call that a look proves done", async () => {
    const { host: alpha, seen } = await startable(true);
    await expect(alpha.call("domainCreateWithFlags", { dom: DOMAIN })).resolves.toEqual({ dom: DOMAIN });
    expect(seen).toEqual({ starts: 1, runs: true });
  });

  test("that does not come back leaves open what became of a call, even of one that could be made again", async () => {
    const { host: alpha, daemon } = await host((caller, header) => {
      if (header.procedure !== 29) return hostname(caller, header, Buffer.alloc(0));
      renameSync(daemon.path, `${daemon.path}.away`);
      daemon.cut();
    });
    await alpha.call("connectGetHostname", {});
    const request = { dom: DOMAIN, autostart: true };
    const setting = alpha.call("domainSetAutostart", request, { deadline: Date.now() + 500 });
    await expect(setting).rejects.toEqual(code("lost"));
  });

  test("that was reached before is given time to come back, whichever connection asks first", async () => {
    const { host: alpha, daemon } = await host((caller, header) => {
      hostname(caller, header, Buffer.alloc(0));
      if (header.procedure === 29) caller.reply(header, "domainSetAutostart", {});
    });
    await alpha.call("connectGetHostname", {});
    renameSync(daemon.path, `${daemon.path}.away`);
    const set = () => alpha.call("domainSetAutostart", { dom: DOMAIN, autostart: true });
    // What is open already takes two while a connection for them is made, and no more.
    const [setting, another, third] = [set(), set(), set()];
    await expect(Promise.all([setting, another])).resolves.toEqual([{}, {}]);
    const late = jest.fn();
    third.then(late);
    renameSync(`${daemon.path}.away`, daemon.path);
    expect(late).not.toHaveBeenCalled();
    await expect(third).resolves.toEqual({});
  });

  test("that was reached before and swallows every try is not tried beyond its time", async () => {
    const { host: alpha, daemon } = await host(hostname);
    await alpha.call("connectGetHostname", {});
    renameSync(daemon.path, `${daemon.path}.away`);
    const clock = Date.now;
    let tries = 0;
    // Each try takes half a minute, as where nothing answers.
    const spy = jest.spyOn(Date, "now").mockImplementation(() => clock() + tries * 31_000);
    const swallower = createServer((caller) => {
      tries++;
      caller.destroy();
    });
    closing.push(async () => {
      spy.mockRestore();
      swallower.close();
    });
    await new Promise<void>((ready) => swallower.listen(daemon.path, ready));
    daemon.cut();
    await expect(alpha.call("connectGetHostname", {})).rejects.toEqual(code("connection"));
    expect(tries).toBe(2);
  });

  test("a daemon that is not there is named, with the socket and what to do", async () => {
    const hosts = openHosts({ alpha: { uri: "qemu+unix:///system?socket=/nowhere/sock" } });
    await expect(hosts.get().call("connectGetHostname", {}, { object: "domain web" })).rejects.toMatchObject({
      code: "connection",
      message: expect.stringMatching(
        /^domain web on host alpha: there is no libvirt socket at \/nowhere\/sock\. Install and start/,
      ),
    });
  });

  test("answers that do not change are asked for once per connection", async () => {
    let asked = 0;
    const { host: alpha, daemon } = await host((caller, header, body) => {
      if (header.procedure === 7) caller.reply(header, "connectGetCapabilities", { capabilities: `<n>${++asked}</n>` });
      else hostname(caller, header, body);
    });
    expect(await Promise.all([alpha.capabilities(), alpha.capabilities()])).toEqual(["<n>1</n>", "<n>1</n>"]);
    daemon.cut();
    await alpha.call("connectGetHostname", {});
    expect(await alpha.capabilities()).toBe("<n>2</n>");
  });

  test("one caller's end does not end the call that another shares", async () => {
    let answer: () => void = () => undefined;
    const { host: alpha } = await host((caller, header) => {
      answer = () => caller.reply(header, "connectGetCapabilities", { capabilities: "<c/>" });
    });
    const abort = new AbortController();
    const stopped = alpha.capabilities({ signal: abort.signal });
    const kept = alpha.capabilities();
    await alpha.capabilities({ deadline: Date.now() + 100 }).catch(() => undefined);
    abort.abort();
    await expect(stopped).rejects.toEqual(code("cancelled"));
    answer();
    await expect(kept).resolves.toBe("<c/>");
  });
});

describe("calls that take long", () => {
  test("are spread over connections that the daemon still reads, and keep nobody waiting who only asks", async () => {
    const held = new Map<Caller, Header[]>();
    const { host: alpha } = await host((caller, header, body) => {
      if (header.procedure === 94) held.set(caller, [...(held.get(caller) ?? []), header]);
      else hostname(caller, header, body);
    });
    const vol = { pool: "default", name: "disk" };
    const deleting = Promise.all(Array.from({ length: 30 }, () => alpha.call("storageVolDelete", { vol })));
    let answered = 0;
    while (answered < 30) {
      await alpha.call("connectGetHostname", {});
      expect(held.size).toBeLessThanOrEqual(2);
      for (const [caller, calls] of held) {
        expect(calls.length).toBeLessThanOrEqual(4);
        answered += calls.length;
        for (const call of calls.splice(0)) caller.reply(call, "storageVolDelete", {});
      }
    }
    await deleting;
    expect(held.size).toBe(2);
  });
});

describe("a volume that the daemon is still making", () => {
  const vol = { pool: "default", name: "disk" };
  const making = async (refusals: number) => {
    const seen = { asked: 0 };
    const { host: alpha } = await host((caller, header) => {
      if (header.procedure !== 94) return;
      if (++seen.asked <= refusals) caller.refuse(header, 55, "volume 'disk' is still being allocated.");
      else caller.reply(header, "storageVolDelete", {});
    });
    return { alpha, seen };
  };

  test("is taken away when it is made", async () => {
    const { alpha, seen } = await making(2);
    await expect(alpha.call("storageVolDelete", { vol })).resolves.toEqual({});
    expect(seen.asked).toBe(3);
  });

  test("is waited for up to the deadline, or until nobody wants it any more", async () => {
    const { alpha } = await making(Number.POSITIVE_INFINITY);
    const late = alpha.call("storageVolDelete", { vol }, { deadline: Date.now() + 600 });
    await expect(late).rejects.toEqual(expect.objectContaining({ code: expect.stringMatching(/refused|timeout/) }));
    const abort = new AbortController();
    const dropped = alpha.call("storageVolDelete", { vol }, { signal: abort.signal });
    abort.abort();
    await expect(dropped).rejects.toEqual(code("cancelled"));
  });
});

describe("guests that hang", () => {
  test("keep no pool from being read, and no machine from being changed; a few are asked at a time", async () => {
    const guests: Header[] = [];
    const { host: alpha } = await host((caller, header) => {
      if (header.procedure === 277) guests.push(header);
      if (header.procedure === 154) caller.reply(header, "storagePoolIsActive", { active: true });
      if (header.procedure === 29) caller.reply(header, "domainSetAutostart", {});
    });
    const abort = new AbortController();
    const hung = Promise.allSettled(
      Array.from({ length: 30 }, () => alpha.call("domainGetHostname", { dom: DOMAIN }, { signal: abort.signal })),
    );
    for (let n = 0; n < 30; n++) await alpha.call("storagePoolIsActive", { pool: DOMAIN });
    await alpha.call("domainSetAutostart", { dom: DOMAIN, autostart: true });
    expect(guests).toHaveLength(3);
    abort.abort();
    expect(await hung).toEqual(Array.from({ length: 30 }, () => ({ status: "rejected", reason: code("cancelled") })));
  });
});

describe("events of a host", () => {
  /** Counts subscriptions, and gives a function that brings an event to the latest subscriber. */
  const subscribing = () => {
    const state = { asked: 0, bring: () => undefined as undefined };
    const hears: Hears = (caller, header) => {
      if (header.procedure !== 316) return;
      state.asked++;
      state.bring = () => void caller.send({ type: MESSAGE, procedure: 318 }, LIFECYCLE) as undefined;
      caller.reply(header, "connectDomainEventCallbackRegisterAny", { callbackID: 1 });
    };
    return { state, hears };
  };

  test("are asked for once, reach every listener, and stop for one that leaves", async () => {
    const { state, hears } = subscribing();
    const { host: alpha } = await host(hears);
    const first = jest.fn();
    let leave: () => void = () => undefined;
    const both = new Promise<void>((resolve) => {
      void Promise.all([alpha.on("domainLifecycle", first), alpha.on("domainLifecycle", () => resolve())]).then(
        ([off]) => {
          leave = off;
          state.bring();
        },
      );
    });
    await both;
    leave();
    const again = new Promise<void>((resolve) => void alpha.on("domainLifecycle", () => resolve()).then(state.bring));
    await again;
    expect(first).toHaveBeenCalledTimes(1);
    expect(state.asked).toBe(1);
  });

  test("reach the others, and the connection stays, where one listener throws", async () => {
    const { state, hears } = subscribing();
    const { host: alpha } = await host((caller, header, body) => {
      hears(caller, header, body);
      hostname(caller, header, body);
    });
    const warned = jest.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const oops = new Error("oops");
    await alpha.on("domainLifecycle", () => {
      throw oops;
    });
    const seen = new Promise<void>((resolve) => void alpha.on("domainLifecycle", () => resolve()).then(state.bring));
    await seen;
    await alpha.call("connectGetHostname", {});
    expect(state.asked).toBe(1);
    expect(warned.mock.calls).toEqual([[oops]]);
    warned.mockRestore();
  });

  test("end the wait of whoever cannot say whether they concern it", async () => {
    const { state, hears } = subscribing();
    const { host: alpha } = await host(hears);
    const look = async () => state.bring();
    const concerns = () => {
      throw new Error("oops");
    };
    await expect(alpha.until(["domainLifecycle"], look, { concerns })).rejects.toEqual(code("defect"));
  });

  test("that a daemon does not promise in time are not waited for, nor heard when they come after all", async () => {
    let promise: () => void = () => undefined;
    const { host: alpha } = await host((caller, header) => {
      hostname(caller, header, Buffer.alloc(0));
      if (header.procedure === 316)
        promise = () => {
          caller.reply(header, "connectDomainEventCallbackRegisterAny", { callbackID: 1 });
          caller.send({ type: MESSAGE, procedure: 318 }, LIFECYCLE);
        };
    });
    const hear = jest.fn();
    const asking = alpha.on("domainLifecycle", hear, { deadline: Date.now() + 50 });
    await expect(asking).rejects.toEqual(code("timeout"));
    promise();
    await alpha.call("connectGetHostname", {});
    await alpha.call("connectGetHostname", {});
    expect(hear).not.toHaveBeenCalled();
  });

  test("come again after the connection was lost, without anybody asking", async () => {
    const { state, hears } = subscribing();
    const { host: alpha, daemon } = await host(hears);
    const seen = new Promise<string>(
      (resolve) => void alpha.on("domainLifecycle", ({ dom }) => resolve(dom.name)).then(() => daemon.cut()),
    );
    const bringing = setInterval(() => state.asked === 2 && state.bring(), 5);
    await expect(seen).resolves.toBe("web");
    clearInterval(bringing);
    expect(state.asked).toBe(2);
  });

  test("make `until` look again: first, after an event that concerns it, after a reconnect", async () => {
    const { state, hears } = subscribing();
    const { host: alpha, daemon } = await host(hears);
    let looks = 0;
    const look = async () => {
      looks++;
      if (looks === 1) state.bring();
      if (looks === 2) daemon.cut();
      return looks === 3 ? "there" : undefined;
    };
    await expect(
      alpha.until(["domainLifecycle"], look, { object: "domain web", deadline: Date.now() + 5000 }),
    ).resolves.toBe("there");
  });

  test("that do not concern it leave `until` waiting, up to its deadline", async () => {
    const { state, hears } = subscribing();
    const { host: alpha } = await host(hears);
    const look = jest.fn(async () => {
      state.bring();
      return undefined;
    });
    const waiting = alpha.until(["domainLifecycle"], look, {
      object: "domain db",
      concerns: () => false,
      deadline: Date.now() + 200,
    });
    await expect(waiting).rejects.toMatchObject({
      code: "timeout",
      message: expect.stringMatching(/^domain db on host alpha: /),
    });
    expect(look).toHaveBeenCalledTimes(1);
  });

  test("make each of two waiters look again, and only those whom they concern", async () => {
    const { state, hears } = subscribing();
    const { host: alpha } = await host(hears);
    let [begun, bored] = [0, 0];
    const other = alpha
      .until(["domainLifecycle"], async () => void bored++, { concerns: () => false, deadline: Date.now() + 300 })
      .catch((thrown) => thrown);
    const waiting = [1, 2].map((n) => {
      let looks = 0;
      return alpha.until(
        ["domainLifecycle"],
        async () => {
          if (++looks === 2) return n;
          // Brought once both have looked, or the first one's event would wake a waiter that has not begun.
          if (++begun === 2) state.bring();
          return undefined;
        },
        { deadline: Date.now() + 5000 },
      );
    });
    await expect(Promise.all(waiting)).resolves.toEqual([1, 2]);
    await expect(other).resolves.toEqual(code("timeout"));
    expect({ bored, asked: state.asked }).toEqual({ bored: 1, asked: 1 });
  });

  test("that came while the connection was away are made up for by a look", async () => {
    const { hears } = subscribing();
    const { host: alpha, daemon } = await host(hears);
    let looks = 0;
    const waiting = alpha.until(
      ["domainLifecycle"],
      async () => {
        if (++looks === 2) return "there";
        // It happens where no event can tell of it.
        setImmediate(daemon.cut);
        return undefined;
      },
      { deadline: Date.now() + 5000 },
    );
    await expect(waiting).resolves.toBe("there");
  });

  test("that come before the daemon has answered the registration are heard", async () => {
    const { host: alpha } = await host((caller, header) => {
      if (header.procedure !== 316) return;
      caller.send({ type: MESSAGE, procedure: 318 }, LIFECYCLE);
      caller.reply(header, "connectDomainEventCallbackRegisterAny", { callbackID: 1 });
    });
    const seen = new Promise<string>((resolve) => void alpha.on("domainLifecycle", ({ dom }) => resolve(dom.name)));
    await expect(seen).resolves.toBe("web");
  });

  test("that a daemon no longer knows after a restart end no wait: it looks on at each reconnect", async () => {
    const { hears } = subscribing();
    let knows = true;
    const { host: alpha, daemon } = await host((caller, header, body) =>
      knows || header.procedure !== 316 ? hears(caller, header, body) : caller.refuse(header, 8, "no such event"),
    );
    let looks = 0;
    const look = async () => {
      if (++looks === 2) return "there";
      knows = false;
      daemon.cut();
      return undefined;
    };
    await expect(alpha.until(["domainLifecycle"], look, { deadline: Date.now() + 5000 })).resolves.toBe("there");
  });

  test("an event during a look is not lost", async () => {
    const { state, hears } = subscribing();
    const { host: alpha } = await host(hears);
    let looks = 0;
    const look = async () => {
      if (++looks === 2) return "there";
      state.bring();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return undefined;
    };
    await expect(alpha.until(["domainLifecycle"], look, { deadline: Date.now() + 5000 })).resolves.toBe("there");
  });
});

describe("commands on this machine", () => {
  test("get their words, input and output untouched", async () => {
    const { host: alpha } = await host(() => undefined);
    const heard: string[] = [];
    const ran = await alpha.run(["sh", "-c", 'cat; printf "%s" "$0" >&2; exit 3', "a 'b' $c"], {
      input: Buffer.from("in\0put"),
      onOutput: (chunk) => heard.push(chunk.toString()),
    });
    expect(ran).toEqual({ code: 3, stdout: Buffer.from("in\0put"), stderr: "a 'b' $c" });
    expect(heard.join("")).toBe("in\0put");
  });

  test("whose input breaks off are ended, and fail with what broke it", async () => {
    const { host: alpha } = await host(() => undefined);
    async function* broken() {
      yield Buffer.from("half of ");
      throw new Error("the source broke");
    }
    await expect(alpha.run(["cat"], { input: broken() })).rejects.toThrow(/the source broke/);
  });

  test("can be stopped, and one that is not there is named", async () => {
    const { host: alpha } = await host(() => undefined);
    await expect(alpha.run(["sleep", "60"], { deadline: Date.now() + 50 })).rejects.toEqual(code("timeout"));
    await expect(alpha.run(["no-such-command"])).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringMatching(/no-such-command/),
    });
  });
});

describe("the hosts of a provider", () => {
  const uri = "qemu:///system";
  test("are found by name, or by being the only one", () => {
    expect(openHosts({ "": { uri } }).get().name).toBe("qemu:///system");
    expect(openHosts({ "": { uri } }).names).toEqual([]);
    expect(openHosts({ a: { uri }, b: { uri } }).get("b").name).toBe("b");
  });
  test("that are not there, or not chosen, are an error that names those there are", () => {
    const hosts = openHosts({ b: { uri }, a: { uri } });
    expect(() => hosts.get()).toThrow(/several hosts.*a, b/);
    expect(() => hosts.get("c")).toThrow(/no host "c".*a, b/);
    expect(() => openHosts({ a: { uri: "nonsense" } })).toThrow(/on host a: "nonsense" is not a connection URI/);
  });
});
