import fc from "fast-check";
import { imageHeader } from "./qcow2";

function qcow2({ version = 3, size = 0n, backing = "", offset = 104n }): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.writeUInt32BE(0x514649fb, 0);
  bytes.writeUInt32BE(version, 4);
  bytes.writeBigUInt64BE(backing ? offset : 0n, 8);
  bytes.writeUInt32BE(Buffer.byteLength(backing), 16);
  bytes.writeBigUInt64BE(size, 24);
  if (offset < 400n) bytes.write(backing, Number(offset));
  return bytes;
}

describe("imageHeader", () => {
  test.each([2, 3])("reads version %i", (version) => {
    expect(imageHeader(qcow2({ version, size: 20n << 30n }))).toEqual({ format: "qcow2", virtualSize: 20n << 30n });
  });

  test("names the backing file", () => {
    expect(imageHeader(qcow2({ backing: "/pool/base.qcow2" })).backingFile).toBe("/pool/base.qcow2");
  });

  test("a backing file name that lies outside is left out", () => {
    expect(imageHeader(qcow2({ backing: "x", offset: 2n ** 63n }))).toEqual({ format: "qcow2", virtualSize: 0n });
  });

  test("what is not qcow2 is raw", () => {
    expect(imageHeader(Buffer.from("QFI"))).toEqual({ format: "raw" });
    expect(imageHeader(qcow2({ version: 1 }))).toEqual({ format: "raw" });
    expect(imageHeader(Buffer.alloc(1024))).toEqual({ format: "raw" });
  });

  test("no bytes make it throw", () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .uint8Array({ maxLength: 2000 })
        .map((rest) => Buffer.concat([Buffer.from([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3]), rest])),
    );
    fc.assert(fc.property(hostile, (bytes) => ["raw", "qcow2"].includes(imageHeader(bytes).format)));
  });
});
