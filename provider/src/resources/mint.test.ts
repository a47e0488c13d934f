import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mintOwner } from "./mint";

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "kvm-home-"));
});
afterAll(() => rmSync(home, { recursive: true }));
const ownerOf = (provider: string, project = "/p"): string =>
  mintOwner(`urn:pulumi:dev::web::pulumi:providers:kvm::${provider}`, project, home);

test("what a default provider of another version made is ours still", () => {
  expect(ownerOf("default_0_2_0")).toBe(ownerOf("default_0_1_0"));
  expect(ownerOf("default_1_0_0_alpha_1")).toBe(ownerOf("default"));
});
test("other providers, and the same of another project, are others", () => {
  const owners = [ownerOf("default"), ownerOf("dc1"), ownerOf("dc1_0"), ownerOf("default", "/q")];
  expect(new Set(owners).size).toBe(owners.length);
});
