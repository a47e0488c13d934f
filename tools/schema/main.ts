/** `make schema`: writes schema.json and docs/resources.md from the declarations; `--check` only says what is stale. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configuration, functions, resources } from "../../provider/src/model";
import { reference } from "./document";
import { packageSchema } from "./package";
import { firstDifference } from "./stale";

function main(root: string, check: boolean): void {
  const declarations = { resources, functions, configuration };
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const files = {
    "schema.json": `${JSON.stringify(packageSchema(declarations, version), null, 2)}\n`,
    "docs/resources.md": reference(declarations),
  };
  for (const [path, text] of Object.entries(files)) {
    const today = existing(join(root, path));
    if (today === text) console.log(`schema: ${path} is up to date`);
    else if (check) {
      console.error(`schema: ${path} is stale: ${firstDifference(today ?? "", text)}. Run \`make sdk\` and commit`);
      process.exitCode = 1;
    } else {
      writeFileSync(join(root, path), text);
      console.log(`schema: ${path} written`);
    }
  }
}

function existing(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

const [root = ".", flag] = process.argv.slice(2);
main(root, flag === "--check");
