import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { places } from "./places";

const SYSTEM = {
  ca: "/etc/pki/CA/cacert.pem",
  revoked: "/etc/pki/CA/cacrl.pem",
  certificate: "/etc/pki/libvirt/clientcert.pem",
  key: "/etc/pki/libvirt/private/clientkey.pem",
};

describe("where certificates are, as libvirt looks for them", () => {
  let users: string;
  const own = (...files: string[]) => {
    for (const file of files) writeFileSync(join(users, file), "");
  };
  beforeEach(() => {
    users = mkdtempSync(join(tmpdir(), "pki-"));
  });
  afterEach(() => rmSync(users, { recursive: true }));

  test("in the folder that is named, and nowhere else", () => {
    own("cacert.pem");
    const named = {
      ca: "/p/cacert.pem",
      revoked: "/p/cacrl.pem",
      certificate: "/p/clientcert.pem",
      key: "/p/clientkey.pem",
    };
    expect(places("/p", users)).toEqual(named);
  });

  test("root has none of his own", () => {
    own("cacert.pem", "clientcert.pem", "clientkey.pem");
    expect(places(undefined, "")).toEqual(SYSTEM);
  });

  test("a user's own come first, one by one", () => {
    own("cacert.pem");
    expect(places(undefined, users)).toEqual({ ...SYSTEM, ca: join(users, "cacert.pem") });
  });

  test("a certificate without its key is none", () => {
    own("clientcert.pem");
    expect(places(undefined, users)).toEqual(SYSTEM);
    own("clientkey.pem");
    const pair = { certificate: join(users, "clientcert.pem"), key: join(users, "clientkey.pem") };
    expect(places(undefined, users)).toEqual({ ...SYSTEM, ...pair });
  });
});
