import { Failure } from "../../../failure";
import { probe } from "./probe";

/** Answers that the test gives by hand. */
function desk() {
  const waiting: ((answer: string | Failure) => void)[] = [];
  let asked = 0;
  const ask = (): Promise<string> => {
    asked++;
    return new Promise((resolve, reject) =>
      waiting.push((answer) => (answer instanceof Failure ? reject(answer) : resolve(answer))),
    );
  };
  const answer = async (what: string | Failure): Promise<void> => {
    waiting.shift()?.(what);
    await new Promise(setImmediate);
  };
  return { ask, answer, asked: () => asked };
}

test("asks one question at a time, however often it is kicked", async () => {
  const { ask, answer, asked } = desk();
  const one = probe(
    ask,
    ({ problem }) => problem,
    () => undefined,
  );
  for (let i = 0; i < 5; i++) one.kick();
  expect(asked()).toBe(1);
  await answer("first");
  expect([asked(), one.last]).toEqual([1, "first"]);
});

test("asks once more after an answer that may be stale", async () => {
  const { ask, answer, asked } = desk();
  const one = probe(
    ask,
    ({ problem }) => problem,
    () => undefined,
  );
  one.again();
  one.again();
  one.again();
  await answer("old");
  expect(asked()).toBe(2);
  await answer("new");
  expect([asked(), one.last]).toEqual([2, "new"]);
});

test("makes an answer of a failure, and goes on", async () => {
  const { ask, answer } = desk();
  let answers = 0;
  const one = probe(
    ask,
    ({ problem }) => problem,
    () => answers++,
  );
  one.kick();
  await answer(new Failure("refused", "not now"));
  expect([answers, one.last]).toEqual([1, "not now"]);
  one.kick();
  await answer("well");
  expect([answers, one.last]).toEqual([2, "well"]);
});
