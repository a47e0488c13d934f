/** Programs that `convert` makes of real XML: a language's own tools must accept them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convert } from "../../../provider/src/commands/convert";
import { kinds } from "../../../provider/src/resources/documents";
import { parse } from "../../../provider/src/xml";
import { checkout } from "../setup/stack";

const golden = join(checkout, "provider/src/model/golden");
/** Of the kinds that a program can declare. */
const documents = readdirSync(golden, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".xml") && parse(readFileSync(join(golden, name), "utf8")).name in kinds,
);

/** Every golden document as a program in that language. */
export const converted = (to: string): Promise<string[]> =>
  Promise.all(documents.map((name) => convert([join(golden, name), "--to", to])));

/** An empty folder, gone after the tests of the file that asks for it. */
export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "kvm-converted-"));
  afterAll(() => rmSync(made, { recursive: true, force: true }));
  return made;
}
