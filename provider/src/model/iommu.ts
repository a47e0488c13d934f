/** The emulated IOMMU. */
import { attr, child, element, natural, oneOf, onOff, positive, size } from "../vocabulary";
import { acpiDevice } from "./common";

const IommuDriver = element(
  "driver",
  "Options of the IOMMU.",
  {
    intremap: attr(onOff, "Remap interrupts.", { since: "3.4.0" }),
    cachingMode: attr(onOff, "Caching mode, for assigned devices.", { as: "caching_mode", since: "3.4.0" }),
    eim: attr(onOff, "Extended interrupts.", { since: "3.4.0" }),
    iotlb: attr(onOff, "A cache of translations.", { since: "3.5.0" }),
    awBits: attr(positive, "Bits of an address.", { as: "aw_bits", since: "6.5.0" }),
    xtsup: attr(onOff, "Interrupts to more than 255 processors; `amd` only.", { since: "11.5.0" }),
    passthrough: attr(onOff, "The guest may leave addresses as they are; `amd` only.", { since: "11.5.0" }),
    pciBus: attr(natural, "Index of the controller that it is for; `smmuv3` only.", { since: "11.10.0" }),
    accel: attr(onOff, "Let the host's own IOMMU translate; `smmuv3` only.", { since: "12.7.0" }),
    ats: attr(onOff, "Devices may cache translations; `smmuv3` only.", { since: "12.7.0" }),
    ril: attr(onOff, "Invalidate ranges; `smmuv3` only.", { since: "12.7.0" }),
    ssidsize: attr(natural, "Bits of a substream's number; `smmuv3` only.", { since: "12.7.0" }),
    oas: attr(natural, "Bits of an address that comes out; `smmuv3` only.", { since: "12.7.0" }),
    cmdqv: attr(onOff, "Command queues of the guest's own; `smmuv3` only.", { since: "12.7.0" }),
    granule: child(
      element(
        "granule",
        "The smallest page that is mapped; virtio only.",
        {
          size: attr(size("B"), "Its size."),
          mode: attr(oneOf("host"), "As the host has it."),
        },
        { named: "IommuGranule", since: "12.1.0" },
      ),
    ),
    dmaTranslation: attr(onOff, "Translate DMA.", { as: "dma_translation", since: "10.7.0" }),
  },
  { named: "IommuDriver" },
);
export const Iommu = element("iommu", "An emulated IOMMU.", {
  model: attr(oneOf("intel", "amd", "smmuv3", "virtio"), "Whose.", {
    wordsSince: { amd: "11.5.0", smmuv3: "5.5.0", virtio: "8.3.0" },
  }),
  driver: child(IommuDriver, { since: "3.4.0" }),
  ...acpiDevice,
});
