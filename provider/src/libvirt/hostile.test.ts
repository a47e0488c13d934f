/** A daemon that says anything at all: nothing crashes, hangs or grows, and what is wrong is called a protocol failure. */
import fc from "fast-check";
import { Failure } from "../failure";
import { download } from "./download";
import { events } from "./events";
import { frameParser, LEAST_HELD, STATUS, TYPE } from "./frame";
import { PROGRAM, type ProcedureName, procedures } from "./procedures";
import { type Chance, chance, cut, mutated } from "./testing/chance";
import { frame, result } from "./testing/daemon";
import { golden } from "./testing/golden";
import { line } from "./testing/line";
import { reader, type Type } from "./xdr";

/** 102,000 cases in all. Each is one number, from which everything else in it follows. */
const cases = (numRuns: number, each: (by: Chance) => void) =>
  fc.assert(
    fc.property(fc.noShrink(fc.integer()), (seed) => each(chance(seed))),
    { numRuns },
  );

// Most cases end in a failure, and nobody asks where in the code that was: finding out takes longer than the case.
const { stackTraceLimit } = Error;
beforeAll(() => {
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

/** What is done gives something, or is a protocol failure. (`expect` itself would take most of the time.) */
function tried(work: () => void): void {
  try {
    work();
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== "protocol") throw thrown;
  }
}

describe("the parser", () => {
  const swallow = (bytes: Buffer, by: Chance) => {
    let passed = 0;
    const parse = frameParser({
      message: (_, body) => {
        passed += body.length;
      },
      data: (_, part) => {
        passed += part.length;
      },
    });
    let came = 0;
    tried(() => {
      for (const piece of cut(bytes, by)) {
        came += piece.length;
        parse(piece);
      }
    });
    // Whatever lengths were announced: as much as came, or twice that, for it grows by doubling.
    if (parse.held() > Math.max(LEAST_HELD, came * 2)) throw new Error(`${parse.held()} bytes held of ${came}`);
    if (passed > bytes.length) throw new Error(`${passed} bytes came out of ${bytes.length}`);
  };

  test("holds no more of the longest frame than came of it, and nothing of it afterwards", () => {
    const parse = frameParser({ message: () => undefined, data: () => undefined });
    const longest = frame({}, Buffer.alloc(32 * 1024 * 1024 - 24));
    for (let at = 0; at < longest.length; at += 999_999) {
      parse(longest.subarray(at, at + 999_999));
      if (parse.held() > Math.max(LEAST_HELD, 2 * (at + 999_999))) throw new Error(`${parse.held()} bytes at ${at}`);
    }
    expect(parse.held()).toBe(0);
  });

  test("takes random bytes", () => cases(20_000, (by) => swallow(by.bytes(200), by)));

  test("takes a real daemon's words with changes in them", () => {
    const whole = Buffer.concat(golden);
    cases(34_000, (by) => swallow(mutated(whole, by), by));
  });
});

test("what is read from random bytes is no more than is there", () => {
  const types: readonly Type<unknown, never>[] = [
    ...Object.values(procedures).map(({ ret }) => ret as Type<unknown, never>),
    ...Object.values(events).map(({ message }) => message as Type<unknown, never>),
  ];
  /** How much there is in a value. */
  const weight = (value: unknown): number => {
    if (Array.isArray(value)) return value.reduce((sum, each) => sum + weight(each), value.length);
    if (value instanceof Uint8Array || typeof value === "string") return value.length;
    if (typeof value !== "object" || value === null) return 0;
    return Object.values(value).reduce((sum: number, each) => sum + weight(each), 0);
  };
  cases(40_000, (by) => {
    const bytes = Buffer.alloc(by.below(240));
    // Small numbers are lengths that can be believed.
    for (let at = 0; at + 4 <= bytes.length; at += 4)
      bytes.writeUInt32BE(by.below(4) ? by.below(9) : by.below(2 ** 32), at);
    tried(() => {
      const read = weight(by.pick(types).read(reader(bytes)));
      // A UUID's text is longer than its bytes.
      if (read > bytes.length * 3) throw new Error(`${read} out of ${bytes.length} bytes`);
    });
  });
});

describe("the connection", () => {
  const dom = { name: "web", uuid: "4239dfb9-df14-49c4-8996-b2a7b47e8523", id: -1 };
  const asked: readonly ProcedureName[] = ["connectGetHostname", "domainLookupByName", "connectGetAllDomainStats"];
  const stream = { serial: 4, procedure: 209 };
  const answers: readonly Buffer[] = [
    frame({ serial: 1, procedure: 59 }, result("connectGetHostname", { hostname: "alpha" })),
    frame({ serial: 2, procedure: 23 }, result("domainLookupByName", { dom })),
    frame({ serial: 3, procedure: 344 }, result("connectGetAllDomainStats", { retStats: [] })),
    frame(stream),
    frame({ ...stream, type: TYPE.stream, status: STATUS.continue }, Buffer.from("data")),
    frame({ ...stream, type: TYPE.streamHole, status: STATUS.continue }, Buffer.alloc(12)),
    frame({ ...stream, type: TYPE.stream }),
    frame({ program: PROGRAM.keepalive, procedure: 1, type: TYPE.message }),
    ...golden,
  ];
  const anyHeader = (by: Chance) => ({
    program: by.pick([...Object.values(PROGRAM), 7]),
    procedure: by.pick([0, 1, 23, 59, 209, 318, 344, 382, 9999]),
    type: by.below(9),
    serial: by.below(7),
    status: by.below(4),
  });
  const anything = (by: Chance): Buffer =>
    by.pick([
      () => by.pick(answers),
      () => by.pick(answers),
      () => mutated(by.pick(answers), by),
      () => frame(anyHeader(by), by.bytes(40)),
    ])();

  /** What becomes of calls and a download while the daemon says that, and then closes. */
  async function survive(by: Chance): Promise<void> {
    const ended: Failure[] = [];
    const { peer, say } = line({ ended: (why) => ended.push(why) });
    const calls = asked.map((name) => peer.call(name, { name: "web", doms: [], stats: 0 } as never));
    const all = async () => {
      const vol = { pool: "default", name: "disk" };
      for await (const _ of download(peer, "storageVolDownload", { vol, offset: 0, length: 0 }));
    };
    const outcomes = Promise.allSettled([...calls, all()]);
    const said = Buffer.concat(Array.from({ length: by.below(9) }, () => anything(by)));
    for (const piece of cut(said, by)) say(piece);
    peer.stream.emit("end");
    // Anything but a defect: whatever a daemon says, the fault is not ours.
    for (const outcome of await outcomes)
      if (outcome.status === "rejected" && !(outcome.reason instanceof Failure && outcome.reason.code !== "defect"))
        throw outcome.reason;
    if (!/^(lost|protocol)$/.test(ended.map(({ code }) => code).join())) throw ended;
  }

  test(
    "ends its calls, and says whose fault it is",
    () =>
      fc.assert(
        fc.asyncProperty(fc.noShrink(fc.integer()), (seed) => survive(chance(seed))),
        { numRuns: 8_000, timeout: 10_000 },
      ),
    60_000,
  );
});
