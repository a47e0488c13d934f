/** The domain for which the host's drivers made something. */
import { element, leaf, text } from "../vocabulary";
import { uuid } from "./names";

export const Owner = element(
  "owner",
  "The domain that it was made for.",
  { name: leaf(text, "Its name."), uuid: leaf(uuid, "Its UUID.") },
  { named: "OwnerDomain" },
);
