import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { quote } from "./quote";

/** What a real shell makes of the line. */
const read = (line: string, shell: string): string[] =>
  execFileSync(shell, ["-c", `printf '%s\\0' ${line}`])
    .toString("utf8")
    .split("\0")
    .slice(0, -1);

describe("quoting for a shell", () => {
  test.each([
    "",
    "a b",
    "it's",
    "'",
    "''",
    "$(id)",
    "`id`",
    "$HOME",
    "*",
    "~",
    "-n",
    "a\nb",
    "\\",
    '"',
    "!x",
    "#",
    "é",
    "=x",
    "a=b",
    "{a,b}",
    ";",
    "&",
    "|",
    "\t",
  ])("%j stays what it is", (word) => {
    expect(read(quote([word]), "sh")).toEqual([word]);
  });

  test("a shell finds exactly the words that were given", () => {
    const word = fc
      .string({
        unit: fc.oneof(
          fc.constantFrom(..."'\"\\$`!*?[]{}()<>|&;~# \n\t="),
          fc.string({ unit: "grapheme", maxLength: 1 }),
        ),
      })
      .filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), fc.constantFrom("sh", "bash"), (words, shell) => {
        expect(read(quote(words), shell)).toEqual(words);
      }),
      { numRuns: 200 },
    );
  });

  test("what needs no quotes is left readable", () => {
    expect(quote(["qemu-img", "info", "/var/lib/x-1.qcow2"])).toBe("qemu-img info /var/lib/x-1.qcow2");
  });

  test("a NUL cannot be an argument", () => {
    expect(() => quote(["a\0b"])).toThrow(expect.objectContaining({ code: "invalid" }));
  });
});
