import { parseUri } from "./uri";

describe("connection URIs", () => {
  test.each<[string, Partial<ReturnType<typeof parseUri>>]>([
    ["qemu:///system", { driver: "qemu", transport: "unix", host: "", path: "/system", daemon: "qemu:///system" }],
    ["qemu+unix:///session?socket=/run/x", { transport: "unix", path: "/session", parameters: { socket: "/run/x" } }],
    [
      "qemu+ssh://root@host.example:2201/system?keyfile=/k%20x&no_verify=1",
      {
        transport: "ssh",
        user: "root",
        host: "host.example",
        port: 2201,
        parameters: { keyfile: "/k x", no_verify: "1" },
        daemon: "qemu:///system",
        label: "qemu+ssh://root@host.example:2201/system",
      },
    ],
    ["qemu+libssh2://host/system", { transport: "ssh" }],
    ["qemu+ssh://[fd00::1]:22/system", { host: "fd00::1", port: 22, label: "qemu+ssh://[fd00::1]:22/system" }],
    ["qemu://host/system", { transport: "tls", host: "host" }],
    ["qemu+tcp://host/system", { transport: "tcp" }],
    ["qemu+tls:///system?Pkipath=/p", { transport: "tls", host: "localhost", parameters: { pkipath: "/p" } }],
    ["test+ssh://host/default", { driver: "test", daemon: "test:///default" }],
    ["qemu+ssh://host/system?name=test:///default", { daemon: "test:///default" }],
    ["qemu+ssh://host/system?keyfile=/a+b", { parameters: { keyfile: "/a+b" } }],
    ["esx+ssh://host/?no_verify=0&auto_answer=1", { parameters: { no_verify: "0" }, daemon: "esx:///?auto_answer=1" }],
    ["qemu+ssh://me%40corp@host/system", { user: "me@corp" }],
  ])("%s", (uri, expected) => {
    expect(parseUri(uri)).toMatchObject(expected);
  });

  test.each([
    "",
    "host",
    "qemu:/system",
    "ssh host",
    "qemu+carrier://pigeon/system",
    "qemu+unix://host/system",
    "qemu+ssh://h:99999/system",
    "qemu+ssh://h",
    "qemu+ssh://h/sytem",
    "qemu+ssh://h/system?keyfile=%zz",
    "qemu:///system?mode=driect",
    "qemu+tls://h/system?no_verify=no",
  ])("%j is refused, with an example or the choices", (uri) =>
    expect(() => parseUri(uri)).toThrow(expect.objectContaining({ code: "invalid" })),
  );

  test.each([
    ["qemu+ssh://h/system?keyfiel=/k", "keyfile"],
    ["qemu:///system?socekt=/s", "socket"],
    ["qemu+ssh://h/system?knownhosts=/k", "known_hosts"],
  ])("%s: a slip in a parameter's name is not passed over", (uri, meant) =>
    expect(() => parseUri(uri)).toThrow(`Did you mean \`${meant}=\`?`),
  );

  test("QEMU's driver is told what else there may be", () => {
    expect(parseUri("qemu+ssh://h/system?foo=bar&no_tty=1&root=%2f")).toMatchObject({
      daemon: "qemu:///system?foo=bar&root=%2f",
    });
  });

  test("no password and no parameter is ever shown", () => {
    expect(parseUri("qemu+ssh://root:hunter2@host/system?keyfile=/secret").label).not.toMatch(/hunter2|secret/);
  });

  test.each([
    "qemu+ssh://root:hunter2@ho st/system?keyfile=/secret",
    "qemu+ssh://root:hun@ter2@host/system",
    "qemu+ssh://root:a:hunter2@ho st/system",
    "qemu+ssh://root:hunter2/x@host/system",
    "test+ssh://root:12/hunter2@host/default",
    "test+ssh://root:12?hunter2@host/default",
    "qemu+ssh://root:hunter2?x@host/system",
    "qemu+ssh://root:hunter2#x@host/system",
    "qemu+ssh://root:hunter2/system",
    "qemu+ssh:/root:hunter2@host/system",
    "root:hunter2@host",
    "qemu+ssh://root@host/system?keyfile=%hunter2",
    "qemu+ssh://root@host/system?%hunter2=1",
    "qemu+ssh://%hunter2@host/system",
    "qemu+ssh://ho st/system?secret=hunter2&x=a@b&hunter2",
  ])("%s: neither when it is refused", (uri) => {
    const refused = { code: "invalid", message: expect.not.stringMatching(/hun|ter2|secret/) };
    expect(() => parseUri(uri)).toThrow(expect.objectContaining(refused));
  });
});
