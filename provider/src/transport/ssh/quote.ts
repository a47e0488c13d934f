/** Words for a shell that must not read them. ssh hands a command to the user's shell as one text. */
import { Failure } from "../../failure";

/** The words as one line in which a POSIX shell finds exactly these words and nothing to do in them. */
export const quote = (words: readonly string[]): string => words.map(word).join(" ");

const PLAIN = /^[A-Za-z0-9_./:@%+-][A-Za-z0-9_./:@%+=-]*$/;

function word(text: string): string {
  if (text.includes("\0"))
    throw new Failure("invalid", "a command's argument contains a NUL character, which no command can be given");
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
