import { parseUri } from "../../transport";
import type { Header } from "../frame";
import { open } from "../open";
import { connectionAnswers } from "../testing/answers";
import { type Caller, decoded, type FakeDaemon, fakeDaemon } from "../testing/daemon";
import { bool, charData, string, struct } from "../xdr";

const PROC = { authList: 66, init: 67, start: 68, step: 69 };
/** What starts an exchange, as a daemon reads it. */
const started = struct({ mech: string, nil: bool, data: charData(65_536) });
const auth = { username: "fred", password: "open sesame" };

const daemons: FakeDaemon[] = [];
afterEach(async () => {
  for (const daemon of daemons.splice(0)) await daemon.close();
});

type Reply = { complete: boolean; nil: boolean; data: Buffer };
const says = (text: string, complete = false): Reply => ({ complete, nil: false, data: Buffer.from(text) });

/** Logs in at a daemon that wants SASL, offers these mechanisms and answers so; gives what it was told to start with. */
async function logIn(mechlist: string, start: (first: string) => Reply, step: () => Reply, uri = "qemu:///system") {
  const told: { mech?: string; text?: string; steps: number } = { steps: 0 };
  const hears = (caller: Caller, header: Header, body: Buffer) => {
    if (header.procedure === PROC.authList) caller.reply(header, "authList", { types: [1] });
    else if (header.procedure === PROC.init) caller.reply(header, "authSaslInit", { mechlist });
    else if (header.procedure === PROC.start) {
      const { mech, data } = decoded(started, body);
      told.mech = mech;
      told.text = Buffer.from(data).toString();
      caller.reply(header, "authSaslStart", start(told.text));
    } else if (header.procedure === PROC.step) {
      told.steps++;
      caller.reply(header, "authSaslStep", step());
    } else connectionAnswers(caller, header);
  };
  const daemon = await fakeDaemon(hears);
  daemons.push(daemon);
  const who = { address: parseUri(uri), auth };
  const listener = { event: () => undefined, ended: () => undefined };
  const connection = await open(await daemon.connect(), listener, { uri: "qemu:///system", keepalive: false, who });
  connection.end();
  return told;
}
const never = (): Reply => {
  throw new Error("one step too many");
};

describe("SASL with a daemon", () => {
  test("the password itself is only sent where nothing better is offered", async () => {
    await expect(logIn("ANONYMOUS,PLAIN", () => says("", true), never)).resolves.toEqual({
      mech: "PLAIN",
      text: "\0fred\0open sesame",
      steps: 0,
    });
  });

  test("the password itself goes to no host whose certificate nobody checks, unless the URI says so", async () => {
    const asked = (mechlist: string, uri: string) => logIn(mechlist, () => says("", true), never, uri);
    await expect(asked("PLAIN", "qemu+tls://h/system?no_verify=1")).rejects.toMatchObject({
      code: "denied",
      message: expect.stringMatching(/no_verify.*auth=sasl\.PLAIN/),
    });
    for (const uri of ["qemu+tls://h/system?no_verify=1&auth=sasl.PLAIN", "qemu+tls://h/system?no_verify=0"])
      await expect(asked("PLAIN", uri)).resolves.toMatchObject({ mech: "PLAIN" });
  });

  test("a daemon that wants a last, empty word gets it, once", async () => {
    await expect(
      logIn(
        "PLAIN",
        () => says(""),
        () => says("", true),
      ),
    ).resolves.toMatchObject({ steps: 1 });
    await expect(
      logIn(
        "PLAIN",
        () => says(""),
        () => says(""),
      ),
    ).rejects.toMatchObject({ code: "protocol" });
  });

  test.each([
    ["at once", () => says("", true), never],
    [
      "after our proof",
      (first: string) => says(`${first.slice("n,,n=fred,".length)}x,s=c2FsdA==,i=4096`),
      () => says("", true),
    ],
    [
      "with the challenge",
      (first: string) => says(`${first.slice("n,,n=fred,".length)}x,s=c2FsdA==,i=4096`, true),
      never,
    ],
  ])("a daemon that lets us in %s, without proving itself, is not believed", async (_, start, step) => {
    await expect(logIn("SCRAM-SHA-1 SCRAM-SHA-256", start, step)).rejects.toMatchObject({
      name: "Failure",
      code: expect.stringMatching(/^(denied|protocol)$/),
    });
  });
});
