/** The grammar of ssh_config(5): lines of a keyword and its arguments. Pure. */
import { Failure } from "../../../failure";

export interface Line {
  /** In lower case: keywords are not case-sensitive. */
  readonly keyword: string;
  /** Its arguments, without quotes. */
  readonly words: readonly string[];
  /** All that follows the keyword as it stands: what a command is. */
  readonly rest: string;
  /** `FILE line N`, for messages. */
  readonly place: string;
}

const KEYWORD = /^\s*"?([A-Za-z0-9]+)"?(?:\s*=\s*|\s+)(.*?)\s*$/;

/** Every line that says something; one that cannot be read is an error, as it is for OpenSSH. */
export function linesOf(text: string, file: string): readonly Line[] {
  return text.split(/\r?\n/).flatMap((line, at): Line[] => {
    if (/^\s*(#|$)/.test(line)) return [];
    const place = `${file} line ${at + 1}`;
    const [matched, keyword = "", rest = ""] = KEYWORD.exec(line) ?? [];
    // Its text is not shown: it may be of a command that holds a password.
    if (!matched || rest === "") throw new Failure("invalid", `${place} is no keyword with an argument`);
    return [{ keyword: keyword.toLowerCase(), words: wordsOf(rest, place), rest, place }];
  });
}

/** Words between blanks; quotes hold blanks together, a backslash takes the sense from a quote, a word that begins with `#` ends it. */
function wordsOf(text: string, place: string): readonly string[] {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? "")) at++;
    else if (text[at] === "#") break;
    else {
      const { word, end } = wordAt(text, at, place);
      words.push(word);
      at = end;
    }
  }
  return words;
}

function wordAt(text: string, start: number, place: string): { word: string; end: number } {
  let word = "";
  let quote: string | undefined;
  let at = start;
  for (; at < text.length; at++) {
    const character = text[at] ?? "";
    const next = text[at + 1] ?? "";
    if (character === "\\" && (next === "'" || next === '"' || next === "\\" || (next === " " && !quote))) {
      word += next;
      at++;
    } else if (!quote && /\s/.test(character)) break;
    else if (!quote && (character === "'" || character === '"')) quote = character;
    else if (quote === character) quote = undefined;
    else word += character;
  }
  if (quote) throw new Failure("invalid", `${place} has a quote that does not end`);
  return { word, end: at };
}
