/** A secret that libvirt keeps on the host: what it is for. The value itself is never in the XML. */
import { attr, child, element, leaf, oneOf, own, text, variants, yesNo } from "../vocabulary";
import { hatch, whereabouts } from "./lifecycle";
import { uuid } from "./names";

const Usage = element(
  "usage",
  "What the secret is for; nothing in particular if left out.",
  {
    type: attr(
      oneOf("volume", "ceph", "iscsi", "tls", "vtpm"),
      "`volume` opens an encrypted image, `ceph` and `iscsi` log in at a storage server, `tls` opens the private key of a TLS certificate, `vtpm` encrypts the state of an emulated TPM.",
      { required: true, wordsSince: { vtpm: "5.6.0" } },
    ),
    ...variants({
      volume: { volume: leaf(text, "Path of the image; only one secret can have it.", { required: true }) },
      "ceph|tls|vtpm": {
        name: leaf(text, "The name by which `usage` of a disk, device or TPM refers to it.", { required: true }),
      },
      iscsi: { target: leaf(text, "The name by which `usage` of a disk or pool refers to it.", { required: true }) },
    }),
  },
  { named: "SecretUsage", by: "type", lands: "replace" },
);
export const Secret = element(
  "secret",
  "A secret that libvirt keeps on the host.",
  {
    ephemeral: attr(yesNo, "Kept in memory only: gone when the daemon ends. No if left out."),
    private: attr(yesNo, "Told to nobody who asks, and used by libvirt's own drivers only. No if left out.", {
      lands: "replace",
    }),
    uuid: leaf(uuid, "Its UUID; made up if left out.", { lands: "replace" }),
    description: leaf(text, "A description for people."),
    usage: child(Usage),
    value: own(text, "The value, as text: libvirt gets its bytes in UTF-8. Either this or `valueBase64`.", {
      secret: true,
    }),
    valueBase64: own(text, "The value, as bytes in base64: what `virsh secret-set-value --base64` takes.", {
      secret: true,
    }),
    host: whereabouts,
    xml: { ...hatch, facts: { ...hatch.facts, lands: "define" as const } },
  },
  { named: "SecretDefinition", lands: "define" },
);
