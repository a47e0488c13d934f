import { parse, print } from "../../xml";
import { contentsOf, document, lasting, steady } from "./document";

const declared = parse(
  "<volume><name>x</name><capacity unit='GiB'>9</capacity><target><format type='raw'/><permissions><mode>0640</mode></permissions></target></volume>",
);

test("what the program says beside the contents stays", () => {
  const xml = document(declared, {
    name: "root",
    capacity: 1024n,
    format: "qcow2",
    backing: { path: "/pool/base", format: "raw" },
  });
  expect(print(xml)).toBe(
    "<volume>\n  <name>root</name>\n  <capacity unit='bytes'>1024</capacity>\n  <target>\n    <format type='qcow2'/>\n    <permissions>\n      <mode>0640</mode>\n    </permissions>\n    <compat>1.1</compat>\n  </target>\n  <backingStore>\n    <path>/pool/base</path>\n    <format type='raw'/>\n  </backingStore>\n</volume>\n",
  );
});

test("a raw volume takes no space before a guest writes, unless the program says so", () => {
  const contents = { name: "r", capacity: 8n, format: "raw" };
  expect(print(document(declared, contents))).toContain("<allocation>0</allocation>");
  const greedy = parse("<volume><allocation unit='b'>8</allocation></volume>");
  expect(print(document(greedy, contents)).match(/allocation unit/g)).toHaveLength(1);
});

const today = parse(`<volume type='file'><name>root</name><key>/pool/root</key><capacity unit='bytes'>2048</capacity>
  <allocation unit='bytes'>7</allocation><physical unit='bytes'>7</physical>
  <target><path>/pool/root</path><format type='qcow2'/><permissions><mode>0600</mode><owner>64055</owner></permissions>
    <timestamps><atime>1</atime></timestamps><clusterSize unit='B'>65536</clusterSize></target>
  <backingStore><path>/pool/base</path><format type='raw'/></backingStore></volume>`);

test("contents are read from what libvirt wrote", () => {
  expect(contentsOf(today)).toEqual({
    name: "root",
    capacity: 2048n,
    format: "qcow2",
    path: "/pool/root",
    physical: 7,
    backing: { path: "/pool/base", format: "raw" },
  });
});
test("a disc that libvirt recognised is raw for QEMU", () => {
  expect(contentsOf(parse("<volume><target><format type='iso'/></target></volume>")).format).toBe("raw");
});
test("only the size can drift: what a running guest and a look at the file change does not count", () => {
  expect(steady(today).children.map(({ name }) => name)).toEqual(["name", "capacity"]);
});
test("an import says nothing of what changes by itself", () => {
  expect(print(lasting(today))).not.toMatch(/owner|atime|allocation|path|clusterSize/);
  expect(print(lasting(today))).toMatch(/format type='qcow2'/);
});
