import { parseUri } from "../transport";
import { remoteError, remoteErrorOf } from "./errors";
import { events } from "./events";
import { STATUS, TYPE } from "./frame";
import { open } from "./open";
import { PROGRAM, procedures } from "./procedures";
import { subscribe } from "./subscribe";
import type { Hears } from "./testing/answers";
import { code, connected, dialled } from "./testing/connected";
import { type Caller, decoded, encoded, frame, result } from "./testing/daemon";
import { line } from "./testing/line";

const DOMAIN = { name: "web", uuid: "4239dfb9-df14-49c4-8996-b2a7b47e8523", id: -1 };

const HOSTNAME = result("connectGetHostname", { hostname: "alpha" });

describe("calls", () => {
  test("answers find their calls in whatever order they come", async () => {
    const waiting: (() => void)[] = [];
    const peer = await connected((caller, header, body) => {
      const { name } = decoded(procedures.domainLookupByName.args as never, body) as { name: string };
      waiting.unshift(() => caller.reply(header, "domainLookupByName", { dom: { ...DOMAIN, name } }));
      if (waiting.length === 3) for (const answer of waiting) answer();
    });
    const found = await Promise.all(["a", "b", "c"].map((name) => peer.call("domainLookupByName", { name })));
    expect(found.map(({ dom }) => dom.name)).toEqual(["a", "b", "c"]);
    peer.end();
  });

  test.each([
    [42, "Domain not found", "missing"],
    [50, "no storage vol with matching name", "missing"],
    [55, "domain is not running", "refused"],
    [88, "access denied", "denied"],
    [68, "vcpu unplug request timed out", "busy"],
    [108, "no hostname found", "refused"],
    [112, "guest agent timed out", "timeout"],
    [67, "unsupported configuration", "unsupported"],
    [27, "XML error", "invalid"],
    [9, "operation failed: pool 'x' already exists with uuid 1", "exists"],
    [1, "internal error: a secret with UUID 1 already defined for use with x", "exists"],
    [1, "internal error: something", "refused"],
    [68, "Timed out during operation: cannot acquire state change lock", "busy"],
    [39, "the stream broke", "protocol"],
  ])("libvirt's error %i (%s) means %s", async (number, message, meaning) => {
    const peer = await connected((caller, header) => caller.refuse(header, number, message));
    const failure: unknown = await peer.call("domainLookupByName", { name: "web" }).catch((thrown) => thrown);
    expect(failure).toEqual(expect.objectContaining({ code: meaning, problem: message }));
    expect(remoteErrorOf(failure)).toMatchObject({ code: number });
    peer.end();
  });

  test("an argument that cannot be sent fails its call alone", async () => {
    const peer = await connected((caller, header) => caller.reply(header, "connectGetHostname", { hostname: "alpha" }));
    await expect(peer.call("domainLookupByUuid", { uuid: "web" })).rejects.toEqual(code("invalid"));
    await expect(peer.call("connectGetHostname", {})).resolves.toEqual({ hostname: "alpha" });
    peer.end();
  });

  test("a connection that breaks fails what waits with `lost`, once, and what comes later with `connection`", async () => {
    const ended = jest.fn();
    const peer = await connected((caller) => caller.socket.destroy(), { ended });
    const calls = [peer.call("connectGetHostname", {}), peer.call("connectGetUri", {})];
    for (const result of await Promise.allSettled(calls))
      expect(result).toMatchObject({ status: "rejected", reason: { code: "lost" } });
    // What comes later was never sent.
    await expect(peer.call("connectGetUri", {})).rejects.toEqual(code("connection"));
    const update = { net: { uuid: DOMAIN.uuid }, command: 3, section: 4, parentIndex: -1, xml: "<host/>" };
    await expect(peer.call("networkUpdate", update)).rejects.toEqual(code("connection"));
    expect(ended).toHaveBeenCalledTimes(1);
    expect(peer.alive).toBe(false);
  });

  test("a deadline and an abort end the wait, and a late answer is dropped", async () => {
    const held: (() => void)[] = [];
    const peer = await connected((caller, header) => {
      held.push(() => caller.reply(header, "connectGetHostname", { hostname: "alpha" }));
      if (held.length === 3) for (const answer of held) answer();
    });
    const abort = new AbortController();
    const late = peer.call("connectGetHostname", {}, { deadline: Date.now() + 10 });
    const aborted = peer.call("connectGetHostname", {}, { signal: abort.signal });
    abort.abort();
    await expect(aborted).rejects.toEqual(code("cancelled"));
    await expect(late).rejects.toEqual(code("timeout"));
    await expect(peer.call("connectGetHostname", {})).resolves.toEqual({ hostname: "alpha" });
    peer.end();
  });

  test("of calls that may have to wait only four are under way: the daemon reads what is asked meanwhile", async () => {
    let heard = 0;
    const held: (() => void)[] = [];
    const peer = await connected((caller, header) => {
      if (header.procedure === 59) return caller.reply(header, "connectGetHostname", { hostname: "alpha" });
      heard++;
      held.push(() => caller.reply(header, "domainResume", {}));
    });
    const resumed = Array.from({ length: 6 }, () => peer.call("domainResume", { dom: DOMAIN }));
    await expect(peer.call("connectGetHostname", {})).resolves.toEqual({ hostname: "alpha" });
    expect(heard).toBe(4);
    held.shift()?.();
    await Promise.race(resumed);
    await peer.call("connectGetHostname", {});
    expect(heard).toBe(5);
    for (let answer = held.shift(); answer; answer = held.shift()) {
      answer();
      await peer.call("connectGetHostname", {});
    }
    await expect(Promise.all(resumed)).resolves.toHaveLength(6);
    peer.end();
  });

  test("a call that was given up keeps its place until the daemon is done with it", async () => {
    let heard = 0;
    let last: (() => void) | undefined;
    const peer = await connected((caller, header) => {
      if (header.procedure === 59) return caller.reply(header, "connectGetHostname", { hostname: "alpha" });
      heard++;
      last = () => caller.reply(header, "domainResume", {});
    });
    const abort = new AbortController();
    const given = Array.from({ length: 4 }, () => peer.call("domainResume", { dom: DOMAIN }, { signal: abort.signal }));
    const next = peer.call("domainResume", { dom: DOMAIN });
    await peer.call("connectGetHostname", {});
    abort.abort();
    for (const call of given) await expect(call).rejects.toEqual(code("cancelled"));
    await peer.call("connectGetHostname", {});
    expect(heard).toBe(4);
    last?.();
    // Its place is free when the answer was read: in the same turn as, and before, that of the next question.
    await peer.call("connectGetHostname", {});
    await peer.call("connectGetHostname", {});
    expect(heard).toBe(5);
    last?.();
    await next;
    peer.end();
  });

  test("a call that was not sent when the connection broke was not carried out", async () => {
    const peer = await connected((caller, header) => header.serial === 4 && caller.socket.destroy());
    const calls = Array.from({ length: 5 }, () => peer.call("domainResume", { dom: DOMAIN }));
    const ends = await Promise.allSettled(calls);
    const codes = ends.map((end) => (end as PromiseRejectedResult).reason.code);
    expect(codes).toEqual(["lost", "lost", "lost", "lost", "connection"]);
  });

  test("the nearest of many deadlines ends its call, and leaves the others", async () => {
    const held: (() => void)[] = [];
    const peer = await connected((caller, header) => {
      held.push(() => caller.reply(header, "connectGetHostname", { hostname: "alpha" }));
    });
    const now = Date.now();
    const calls = [60_000, 5, 30_000, 20].map((ms) => peer.call("connectGetHostname", {}, { deadline: now + ms }));
    await expect(calls[1]).rejects.toEqual(code("timeout"));
    await expect(calls[3]).rejects.toEqual(code("timeout"));
    for (const answer of held) answer();
    await expect(Promise.all([calls[0], calls[2]])).resolves.toHaveLength(2);
    peer.end();
  });

  test.each([
    [[16], "command 3 section 4"],
    [[], "command 4 section 3"],
  ])("with the features %j a network update arrives as %s; they are asked for once", async (features, arrives) => {
    let asked = 0;
    const peer = await connected((caller, header, body) => {
      if (header.procedure !== 60)
        return caller.refuse(header, 8, `command ${body.readUInt32BE(20)} section ${body.readUInt32BE(24)}`);
      asked++;
      caller.reply(header, "connectSupportsFeature", { supported: features.includes(body.readInt32BE()) });
    });
    const net = { uuid: DOMAIN.uuid };
    const update = () => peer.call("networkUpdate", { net, command: 3, section: 4, parentIndex: -1, xml: "<host/>" });
    await expect(update()).rejects.toMatchObject({ problem: arrives });
    await expect(update()).rejects.toMatchObject({ problem: arrives });
    expect(asked).toBe(1);
    peer.end();
  });

  test("what the host's libvirt does not know yet is named with the version that brought it", async () => {
    const peer = await connected((caller, header) =>
      header.procedure === 445
        ? caller.refuse(header, 39, "unbekannte Prozedur: 445")
        : caller.refuse(header, 1, "unsupported network event ID 1"),
    );
    await expect(peer.call("networkGetMetadata", { network: { uuid: DOMAIN.uuid }, type: 0 })).rejects.toMatchObject({
      code: "unsupported",
      circumstances: { call: "virNetworkGetMetadata", remedy: expect.stringMatching(/libvirt 9\.7\.0/) },
    });
    await expect(subscribe(peer, "networkMetadataChange")).rejects.toMatchObject({
      code: "unsupported",
      circumstances: { remedy: expect.stringMatching(/libvirt 9\.8\.0/) },
    });
    peer.end();
  });

  test("an answer that is no UTF-8 fails its call alone; an error's words are told as well as can be", async () => {
    const error = { code: 42, domain: 0, message: "f?hl", level: 2, int1: 0, int2: 0 };
    const latin = (bytes: Buffer) => {
      bytes[bytes.indexOf("?")] = 0xf6;
      return bytes;
    };
    const peer = await connected((caller, header) =>
      header.serial === 1
        ? caller.send({ ...header, type: TYPE.reply }, latin(result("connectGetHostname", { hostname: "h?st" })))
        : caller.send({ ...header, type: TYPE.reply, status: STATUS.error }, latin(encoded(remoteError, error))),
    );
    await expect(peer.call("connectGetHostname", {})).rejects.toMatchObject({
      code: "protocol",
      problem: expect.stringMatching(/UTF-8/),
    });
    await expect(peer.call("connectGetHostname", {})).rejects.toMatchObject({ code: "missing", problem: "f\ufffdhl" });
    peer.end();
  });

  test("an answer that comes twice ends the connection, for nobody knows what it belongs to", async () => {
    const ended = jest.fn();
    const { peer, say } = line({ ended });
    const asked = peer.call("connectGetHostname", {});
    say(frame({ serial: 1, procedure: 59 }, HOSTNAME));
    await expect(asked).resolves.toEqual({ hostname: "alpha" });
    say(frame({ serial: 1, procedure: 59 }, HOSTNAME));
    expect(ended).toHaveBeenCalledWith(code("protocol"));
  });

  test.each<[string, (caller: Caller) => void]>([
    ["answers a call that was never made", (caller) => caller.send({ serial: 99, procedure: 59 })],
    ["answers with the result of something else", (caller) => caller.send({ serial: 1, procedure: 23 }, HOSTNAME)],
    [
      "answers for another program",
      (caller) => caller.send({ serial: 1, procedure: 59, program: PROGRAM.qemu }, HOSTNAME),
    ],
    ["answers with an unknown status", (caller) => caller.send({ serial: 1, procedure: 59, status: 7 }, HOSTNAME)],
    [
      "sends data of a stream that was never opened",
      (caller) => caller.send({ type: TYPE.stream, serial: 99, status: STATUS.continue }, HOSTNAME),
    ],
    ["ends a stream that was never opened", (caller) => caller.send({ type: TYPE.stream, serial: 99 })],
    ["sends a length of 0", (caller) => caller.socket.write(Buffer.alloc(28))],
    ["sends a length of 3", (caller) => caller.socket.write(Buffer.from("00000003".repeat(7), "hex"))],
    ["is another service", (caller) => caller.socket.write("SSH-2.0-OpenSSH_9.2\r\n")],
    ["sends what only clients send", (caller) => caller.send({ type: TYPE.call })],
    ["sends a length of 2^31", (caller) => caller.socket.write(Buffer.from("80000000".repeat(7), "hex"))],
  ])("a daemon that %s is left", async (_, misbehave) => {
    const peer = await connected((caller) => misbehave(caller));
    await expect(peer.call("connectGetHostname", {})).rejects.toEqual(code("protocol"));
    expect(peer.alive).toBe(false);
  });
});

describe("events", () => {
  test("come as they are declared, without the number of the subscription", async () => {
    const heard = jest.fn();
    const body = encoded(
      events.domainLifecycle.message as never,
      { callbackID: 7, dom: DOMAIN, event: 2, detail: 0 } as never,
    );
    const peer = await connected(
      (caller, header) => {
        caller.send({ type: TYPE.message, procedure: 318 }, body);
        caller.send({ type: TYPE.message, procedure: 9999 }, body);
        caller.reply(header, "connectGetHostname", { hostname: "alpha" });
      },
      { event: heard },
    );
    await peer.call("connectGetHostname", {});
    expect(heard.mock.calls).toEqual([[{ kind: "domainLifecycle", dom: DOMAIN, event: 2, detail: 0 }]]);
    peer.end();
  });

  test("each source is asked for events in its own way, and asked no longer with the number it gave", async () => {
    const heard: string[] = [];
    const peer = await connected((caller, header, body) => {
      heard.push(`${header.program === PROGRAM.qemu ? "qemu " : ""}${header.procedure} ${body.toString("hex")}`);
      caller.send({ ...header, type: TYPE.reply }, Buffer.from([0, 0, 0, 9]));
    });
    const of = [
      "domainReboot",
      "networkLifecycle",
      "storagePoolRefresh",
      "nodeDeviceUpdate",
      "secretLifecycle",
    ] as const;
    for (const name of [...of, "qemuMonitor"] as const) await (await subscribe(peer, name))();
    expect(heard).toEqual([
      "316 0000000100000000",
      "317 00000009",
      "313 0000000000000000",
      "314 00000009",
      "368 0000000100000000",
      "369 00000009",
      "374 0000000100000000",
      "375 00000009",
      "380 0000000000000000",
      "381 00000009",
      "qemu 4 000000000000000000000000",
      "qemu 5 00000009",
    ]);
    peer.end();
  });
});

describe("opening", () => {
  const settle = { uri: "qemu:///system", keepalive: true, who: { address: parseUri("qemu:///system") } };
  const listener = { event: () => undefined, ended: () => undefined };
  const answering =
    (types: number[], features: readonly number[] = [10, 16]): Hears =>
    (caller, header, body) => {
      if (header.procedure === 66) caller.reply(header, "authList", { types });
      if (header.procedure === 60)
        caller.reply(header, "connectSupportsFeature", { supported: features.includes(body.readInt32BE()) });
      if (header.procedure === 1) caller.reply(header, "connectOpen", {});
      if (header.procedure === 70) caller.refuse(header, 45, "authentication failed");
    };

  test("a refusal by polkit is named, with what to do", async () => {
    await expect(open(await dialled(answering([2])), listener, settle)).rejects.toMatchObject({
      code: "denied",
      problem: expect.stringMatching(/polkit/),
    });
  });

  test("a daemon that closes at once was not reached, and nothing was changed", async () => {
    await expect(open(await dialled((caller) => caller.socket.destroy()), listener, settle)).rejects.toEqual(
      code("connection"),
    );
  });
});
