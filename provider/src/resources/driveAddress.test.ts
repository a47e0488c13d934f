import { standsElsewhere } from "./driveAddress";

const disk = (dev: string, bus: string, controller: number, onBus: number, unit: number, target = 0) => ({
  target: { dev, bus },
  address: {
    type: "drive",
    controller: String(controller),
    bus: String(onBus),
    target: String(target),
    unit: String(unit),
  },
});

// As libvirt 9.0 wrote them where nobody had said an address.
test.each([
  disk("sda", "scsi", 0, 0, 0),
  disk("sdg", "scsi", 0, 0, 6),
  disk("sdh", "scsi", 1, 0, 0),
  disk("sdz", "scsi", 3, 0, 4),
  disk("sdaa", "scsi", 3, 0, 5),
  disk("sdf", "sata", 0, 0, 5),
  disk("sdg", "sata", 1, 0, 0),
  disk("hdc", "ide", 0, 1, 0),
  disk("hdd", "ide", 0, 1, 1),
  disk("fdb", "fdc", 0, 0, 1),
])("libvirt would put $target.dev of $target.bus there again", (drive) => {
  expect(standsElsewhere(drive)).toBe(false);
});

test.each([disk("sdz", "scsi", 0, 0, 0, 100), disk("sda", "scsi", 1, 0, 0), disk("sda", "sata", 0, 0, 1)])(
  "$target.dev of $target.bus at $address stands elsewhere",
  (drive) => {
    expect(standsElsewhere(drive)).toBe(true);
  },
);

test("what stands on PCI or nowhere is left to libvirt", () => {
  expect(standsElsewhere({ target: { dev: "vda", bus: "virtio" }, address: { type: "pci", slot: "0x04" } })).toBe(
    false,
  );
  expect(standsElsewhere({ target: { dev: "sda", bus: "scsi" } })).toBe(false);
});
