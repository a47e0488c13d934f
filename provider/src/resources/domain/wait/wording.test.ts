import { cancelled, status, type Told, timedOut } from "./wording";

const told: Told = {
  pending: { address: "any" },
  sources: ["lease", "arp", "agent"],
  answers: {
    lease: { found: [] },
    arp: { found: [{ mac: "x", address: "fe80::1" }] },
    agent: { silent: "not connected" },
  },
  agent: "not connected",
  cloudInit: { agent: "not connected", console: "silent so far" },
  seconds: 12,
};

test("the line of the resource tells what is waited for and what each source says", () => {
  expect(status(told)).toBe("waiting for an address: lease none, arp only link-local, agent not connected (12 s)");
  expect(status({ ...told, pending: { address: "ipv6", cloudInit: true }, sources: ["lease"], answers: {} })).toBe(
    "waiting for an IPv6 address and cloud-init: lease not asked yet (12 s)",
  );
  expect(
    status({
      ...told,
      pending: { cloudInit: true },
      cloudInit: { agent: "not through yet", console: "silent so far" },
    }),
  ).toBe("waiting for cloud-init: agent not through yet, console silent so far (12 s)");
});

test("a wait that ends without an address tells what each source answered, that the machine is kept, and what to do", () => {
  const [reason, ...others] = timedOut({ ...told, seconds: 300 });
  expect(others).toEqual([]);
  for (const part of [
    "no address within 300 s",
    "lease: none",
    "agent: not connected",
    "kept",
    "virsh console",
    "pulumi up",
  ])
    expect(reason).toContain(part);
});

test("each thing that did not come has a reason of its own", () => {
  const pending = { address: "ipv4", agent: true, cloudInit: true } as const;
  expect(timedOut({ ...told, pending }).map((reason) => reason.slice(0, 15))).toEqual([
    "no IPv4 address",
    "the guest agent",
    "cloud-init was ",
  ]);
});

test("a cancelled wait says so, and what was known", () => {
  expect(cancelled(told)).toBe(
    "waiting for an address: lease none, arp only link-local, agent not connected (12 s) was cancelled. The machine is kept and goes on by itself; `pulumi up` waits again",
  );
});
