import { randomFillSync } from "./padding";

describe("the padding of packets", () => {
  it("fills what it is told to, and nothing beside it", () => {
    const packet = Buffer.alloc(64);
    randomFillSync(packet, 16, 32);
    expect(packet.subarray(0, 16)).toEqual(Buffer.alloc(16));
    expect(packet.subarray(48)).toEqual(Buffer.alloc(16));
    expect(packet.subarray(16, 48)).not.toEqual(Buffer.alloc(32));
  });

  it("gives no bytes twice, beyond the pool's end too", () => {
    const draws = Array.from({ length: 3000 }, () => randomFillSync(Buffer.alloc(16), 0, 16).toString("hex"));
    expect(new Set(draws).size).toBe(draws.length);
  });

  it("fills what is larger than the pool", () => {
    expect(randomFillSync(Buffer.alloc(32 * 1024), 0, 32 * 1024).includes(Buffer.alloc(64))).toBe(false);
  });
});
