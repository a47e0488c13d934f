import fc from "fast-check";
import { beginFrame, endFrame, frameParser, type Header, STATUS, TYPE } from "./frame";
import { PROGRAM } from "./procedures";
import { golden } from "./testing/golden";
import { writer } from "./xdr";

function frame(header: Partial<Header>, body: Uint8Array = new Uint8Array()): Buffer {
  const to = writer();
  const start = beginFrame(to, {
    program: PROGRAM.remote,
    procedure: 1,
    type: TYPE.reply,
    serial: 1,
    status: STATUS.ok,
    ...header,
  });
  endFrame(to, start, body.length);
  return Buffer.concat([to.bytes.subarray(0, to.at), body]);
}

/** What the parser makes of bytes: messages, and stream data joined until its message is complete. */
function parsed(chunks: Iterable<Buffer>): string[] {
  const seen: string[] = [];
  let data = "";
  const parse = frameParser({
    message: ({ serial }, body) => seen.push(`${serial}:${body.toString("hex")}`),
    data: ({ serial }, part, last) => {
      data += part.toString("hex");
      if (!last) return;
      seen.push(`${serial}~${data}`);
      data = "";
    },
  });
  for (const chunk of chunks) parse(chunk);
  return seen;
}

function* cut(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

describe("frames", () => {
  test("a call is these bytes", () => {
    expect(frame({ procedure: 66, type: TYPE.call, serial: 3 }).toString("hex")).toBe(
      "0000001c200080860000000100000042000000000000000300000000",
    );
  });

  test("a message is found wherever the bytes are cut", () => {
    const message = fc.record({
      serial: fc.nat(1000),
      body: fc.uint8Array({ maxLength: 100 }),
      stream: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 10 }), fc.array(fc.nat(60)), (messages, sizes) => {
        const bytes = Buffer.concat(
          messages.map(({ serial, body, stream }) =>
            frame(stream ? { serial, type: TYPE.stream, status: STATUS.continue } : { serial }, body),
          ),
        );
        const expected = messages.map(
          ({ serial, body, stream }) => `${serial}${stream ? "~" : ":"}${Buffer.from(body).toString("hex")}`,
        );
        expect(parsed(cut(bytes, sizes))).toEqual(expected);
      }),
    );
  });

  test.each([0, 3, 27, 0x80000000, 0xffffffff])("a length of %i is a protocol failure", (size) => {
    const bytes = frame({});
    bytes.writeUInt32BE(size);
    expect(() => parsed([bytes])).toThrow(expect.objectContaining({ code: "protocol" }));
  });

  test("another version of the protocol is a protocol failure", () => {
    const bytes = frame({});
    bytes.writeUInt32BE(2, 8);
    expect(() => parsed([bytes])).toThrow(/version 2/);
  });

  test("what a real daemon said is the same however it is cut", () => {
    const whole = Buffer.concat(golden);
    const expected = parsed([whole]);
    expect(expected).toHaveLength(golden.length);
    expect(parsed(golden)).toEqual(expected);
    expect(parsed(cut(whole, Array(whole.length).fill(1)))).toEqual(expected);
    fc.assert(
      fc.property(fc.array(fc.nat(120), { maxLength: 40 }), (sizes) =>
        expect(parsed(cut(whole, sizes))).toEqual(expected),
      ),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["SSH-2.0-OpenSSH_9.2p1 Debian\r\n", 'it says "SSH-2.0-OpenSSH_9.2p1 Debian"'],
    ["bash: nc:\n  command not found\n", 'it says "bash: nc: command not found"'],
    ["HTTP/1.1 400 Bad Request\0\x01\x02", 'it says "HTTP/1.1 400 Bad Request"'],
    ["no\n\n", 'it says "no"'],
    [`${"x".repeat(300)}`, `it says "${"x".repeat(200)}"`],
    ["\x16\x03\x01\x02\0", "announced a message of"],
  ])("%j before the first frame is told in its own words", (text, told) => {
    expect(() => parsed([Buffer.from(text, "latin1")])).toThrow(
      expect.objectContaining({ code: "protocol", problem: expect.stringContaining(told) }),
    );
  });

  test("what is announced reserves nothing, what came is held once", () => {
    const announced = frame({});
    announced.writeUInt32BE(32 * 1024 * 1024);
    const before = process.memoryUsage().arrayBuffers;
    const parsers = Array.from({ length: 200 }, () => frameParser({ message: () => undefined, data: () => undefined }));
    for (const parse of parsers) for (const byte of announced) parse(Buffer.from([byte]));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200 * 128 * 1024);
  });

  test("a message longer than libvirt takes is refused before it is sent", () => {
    const to = writer();
    expect(() =>
      endFrame(to, beginFrame(to, { program: 1, procedure: 1, type: 0, serial: 1, status: 0 }), 33 * 1024 * 1024),
    ).toThrow(expect.objectContaining({ code: "invalid" }));
  });
});
