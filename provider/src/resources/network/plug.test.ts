import { parse, print } from "../../xml";
import { moved, nicsOn } from "./plug";

const domain = parse(`<domain><name>web</name><devices>
  <interface type='network'><mac address='52:54:00:00:00:01'/><source network='lan' portid='p' bridge='virbr1'/><alias name='net0'/></interface>
  <interface type='network'><mac address='52:54:00:00:00:02'/><source network='other'/></interface>
  <interface type='bridge'><mac address='52:54:00:00:00:03'/><source bridge='lan'/></interface>
</devices></domain>`);

test("finds the NICs on a network, and no others", () => {
  expect(nicsOn(domain, "lan").map(({ children }) => children[0]?.attrs["address"])).toEqual(["52:54:00:00:00:01"]);
  expect(nicsOn(parse("<domain/>"), "lan")).toEqual([]);
});

test("a moved NIC keeps all but what libvirt finds by itself", () => {
  const [nic] = nicsOn(domain, "lan");
  expect(nic && print(moved(nic, "kvm-replug"))).toBe(
    "<interface type='network'>\n  <mac address='52:54:00:00:00:01'/>\n  <source network='kvm-replug'/>\n  <alias name='net0'/>\n</interface>\n",
  );
});
