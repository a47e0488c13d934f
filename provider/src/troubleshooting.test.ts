/** The messages that the README explains are those that users read. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(__dirname, "../..");
const table = /## Troubleshooting[\s\S]*?\n## /.exec(readFileSync(`${root}/README.md`, "utf8"))?.[0] ?? "";
const explained = [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = ""]) =>
  [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, words = ""]) => words.split(": ")),
);

test("there are some", () => expect(explained.length).toBeGreaterThan(8));

test.each(explained)("%s", (words) => {
  const found = execFileSync("grep", ["-rlF", "--include=*.ts", "--exclude=*.test.ts", words, __dirname], {
    encoding: "utf8",
  });
  expect(found).not.toBe("");
});
