import { Failure } from "../failure";
import type { Session } from "../transport";
import type { Lines } from "./lines";
import { running } from "./running";

const ran = { code: 0, stdout: Buffer.from("alpha\n"), stderr: "" };

/** Sessions one after the other, the first of which fails so; and how many commands were tried. */
function way(failure: Failure, alive: boolean) {
  const tried: string[] = [];
  const session = (name: string, alive: boolean, run: () => Promise<typeof ran>): Session => ({
    alive,
    open: () => Promise.reject(new Error("not asked for")),
    run: () => {
      tried.push(name);
      return run();
    },
    close: () => undefined,
  });
  const sessions = [session("first", alive, () => Promise.reject(failure)), session("second", true, async () => ran)];
  const lines: Pick<Lines, "session"> = { session: async () => sessions.shift() as Session };
  return { tried, lines: lines as Lines };
}
const gone = new Failure("connection", "the session is gone");

test("a command that a lost session did not start is started on the next", async () => {
  const { lines, tried } = way(gone, false);
  await expect(running(lines, ["hostname"])).resolves.toEqual(ran);
  expect(tried).toEqual(["first", "second"]);
});

test.each([
  ["that may have run", new Failure("lost", "it ended meanwhile"), false],
  ["that a session which lives could not start", gone, true],
])("a command %s is not started again", async (_what, failure, alive) => {
  const { lines, tried } = way(failure, alive);
  await expect(running(lines, ["hostname"])).rejects.toBe(failure);
  expect(tried).toEqual(["first"]);
});
