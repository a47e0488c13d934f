import fc from "fast-check";
import { asFailure, Failure } from "../failure";
import { brief, type Command, guestFileClose, guestFileOpen, guestFileRead, hear, say } from ".";

const args = { handle: 1, count: 8 };
const commands = [guestFileOpen, guestFileRead, guestFileClose] as unknown as Command<object, unknown>[];

test("a command is said as QEMU reads it, whatever its arguments hold", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (path) => {
      const said = say(guestFileOpen, { path, mode: "r" });
      expect(JSON.parse(said)).toEqual({
        execute: "guest-file-open",
        arguments: { path, mode: "r" },
      });
    }),
  );
});

test.each([
  ["a handle", guestFileOpen, '{"return":1001}', 1001],
  ["a file", guestFileRead, '{"return":{"count":2,"buf-b64":"aGk=","eof":true}}', Buffer.from("hi")],
  ["more than was asked for", guestFileRead, '{"return":{"buf-b64":"MDEyMzQ1Njc4OQ=="}}', Buffer.from("01234567")],
  ["nothing to say", guestFileClose, '{"return":{}}', true],
])("%s is heard", (_what, command, json, heard) => {
  expect(hear(command as Command<object, unknown>, args, json)).toEqual(heard);
});

test.each([
  ["an error", '{"error":{"class":"GenericError","desc":"no such file"}}', "refused", /no such file/],
  ["a command the guest lacks", '{"error":{"class":"CommandNotFound","desc":"disabled"}}', "unsupported", /disabled/],
  ["an error without words", '{"error":{}}', "refused", /did not say why/],
  ["another answer", '{"return":"x"}', "protocol", /guest-file-open/],
  ["no JSON", "{", "protocol", /guest-file-open/],
])("%s is a failure", (_what, json, code, message) => {
  expect(() => hear(guestFileOpen, { path: "/x", mode: "r" }, json)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});

/** What a guest may send: anything, and above all what looks like an answer. */
const answers = fc.oneof(
  fc.string({ unit: "binary", maxLength: 2000 }),
  fc.json(),
  fc
    .record(
      { return: fc.jsonValue(), error: fc.record({ class: fc.jsonValue(), desc: fc.jsonValue() }) },
      { requiredKeys: [] },
    )
    .map((answer) => JSON.stringify(answer)),
  fc.string({ maxLength: 4000 }).map((text) => JSON.stringify({ return: { "buf-b64": text } })),
);

test("whatever a guest answers, it is read or is a failure of bearable length", () => {
  fc.assert(
    fc.property(fc.constantFrom(...commands), answers, (command, json) => {
      try {
        const heard = hear(command, args, json);
        if (heard instanceof Buffer) expect(heard.length).toBeLessThanOrEqual(args.count);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Failure);
        expect(asFailure(thrown).message.length).toBeLessThan(400);
      }
    }),
    { numRuns: 2000 },
  );
});

test("words lose what steers a terminal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 1000 }), (words) => {
      expect(brief(words)).toMatch(/^[^\p{Cc}]{0,301}$/u);
    }),
  );
});
