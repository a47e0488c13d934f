/** Trusted platform modules. */
import { attr, child, element, inside, mark, natural, oneOf, sole, text, yesNo } from "../vocabulary";
import { device } from "./common";

const Bank = element(
  "active_pcr_banks",
  "Registers that a new TPM 2.0 has.",
  {
    sha1: mark("SHA-1."),
    sha256: mark("SHA-256."),
    sha384: mark("SHA-384."),
    sha512: mark("SHA-512."),
  },
  { named: "TpmBanks", since: "7.10.0" },
);
const TpmSource = element(
  "source",
  "Where an emulated one keeps its state, or the socket of an external one.",
  {
    type: attr(oneOf("file", "dir", "unix"), "What it is.", { wordsSince: { file: "10.10.0", dir: "10.10.0" } }),
    path: attr(text, "Path on the host."),
    mode: attr(oneOf("connect"), "Who listens: always the other side; `external` only."),
  },
  { named: "TpmSource" },
);
const TpmBackend = element(
  "backend",
  "What stands behind the TPM.",
  {
    type: attr(oneOf("passthrough", "emulator", "external"), "The host's own, swtpm, or a socket.", {
      wordsSince: { emulator: "4.5.0", external: "9.0.0" },
    }),
    version: attr(oneOf("1.2", "2.0"), "Version of an emulated one.", { filled: true, since: "4.5.0" }),
    persistentState: attr(yesNo, "Keep the state of a transient domain.", { as: "persistent_state", since: "7.0.0" }),
    debug: attr(natural, "How much swtpm logs.", { since: "10.2.0" }),
    device: sole("path", text, "The host's device; `passthrough` only."),
    encryption: sole("secret", text, "UUID of the secret that encrypts its state.", { since: "5.6.0" }),
    activePcrBanks: child(Bank),
    source: child(TpmSource, { since: "9.0.0" }),
    ...inside("profile", {
      profile: attr(text, "Name of the profile that it has.", { as: "name", since: "10.10.0", filled: true }),
      profileSource: attr(text, "Profile of a new TPM 2.0: `local:restricted`.", { as: "source", since: "10.10.0" }),
      profileRemoveDisabled: attr(
        oneOf("check", "fips-host"),
        "Take out what the host's cryptography has switched off.",
        { as: "removeDisabled", since: "10.10.0" },
      ),
    }),
  },
  { named: "TpmBackend" },
);
export const Tpm = element("tpm", "A trusted platform module.", {
  model: attr(oneOf("tpm-tis", "tpm-crb", "tpm-spapr", "spapr-tpm-proxy"), "What the guest sees.", {
    filled: true,
    wordsSince: { "spapr-tpm-proxy": "6.5.0", "tpm-crb": "4.4.0", "tpm-spapr": "6.1.0" },
  }),
  backend: child(TpmBackend),
  ...device,
});
