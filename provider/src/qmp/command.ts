/** The language of QEMU's monitor and of its guest agent: one JSON object says a command, one is the answer. */
import { Failure } from "../failure";

/** One command: its name, what it takes, and how its answer is read. */
export interface Command<A extends object, R> {
  readonly name: string;
  /** Undefined where this is no answer to it. A guest may answer anything: it must not throw. */
  readonly read: (answer: unknown, args: A) => R | undefined;
}

export const say = <A extends object>({ name }: Command<A, unknown>, args: A): string =>
  JSON.stringify({ execute: name, arguments: args });

/** What the answer to it says. Throws a `Failure`: `unsupported`, `refused`, or `protocol` where it is no answer. */
export function hear<A extends object, R>(command: Command<A, R>, args: A, json: string): R {
  const answer = parsed(json);
  if (isObject(answer) && isObject(answer["error"])) throw refusal(command, answer["error"]);
  const read = isObject(answer) && "return" in answer ? command.read(answer["return"], args) : undefined;
  if (read === undefined) throw new Failure("protocol", `the answer to ${command.name} is none: ${brief(json)}`);
  return read;
}

function refusal({ name }: Command<never, unknown>, error: Readonly<Record<string, unknown>>): Failure {
  const why = typeof error["desc"] === "string" ? brief(error["desc"]) : "it did not say why";
  return new Failure(error["class"] === "CommandNotFound" ? "unsupported" : "refused", `${name} was refused: ${why}`);
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const LONGEST = 300;
/** A guest's words on one line of a bearable length, without what steers a terminal. */
export function brief(words: string): string {
  const line = words
    .slice(0, 2 * LONGEST)
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
