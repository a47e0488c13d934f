import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLines } from "./commands";

test("every command of a file that may hold a secret is known, and no word that all kinds of texts have", () => {
  const folder = mkdtempSync(join(tmpdir(), "kvm-commands-"));
  const file = join(folder, "config");
  try {
    writeFileSync(
      file,
      'ProxyCommand none\nHost a\n ProxyCommand nc -x p:1 %h %p\nMatch exec "%h"\nMatch exec "test -e secret"\n LocalCommand echo hi\n',
    );
    expect(commandLines(file)).toEqual(["nc -x p:1 %h %p", "test -e secret", "echo hi"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
