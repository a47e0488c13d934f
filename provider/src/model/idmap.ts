/** Which of the host's users and groups stand for those of a guest or its files. */
import { attr, child, digits, element, list } from "../vocabulary";

const Range = element(
  "uid",
  "A range of numbers that is shifted.",
  {
    start: attr(digits, "The first inside the guest."),
    target: attr(digits, "The first on the host."),
    count: attr(digits, "How many."),
  },
  { named: "IdMapRange" },
);
export const IdMap = element(
  "idmap",
  "Which of the host's users and groups stand for the guest's.",
  {
    uids: list(child(Range, { doc: "Ranges of users." }), (r) => r.start),
    gids: list(child(Range, { as: "gid", doc: "Ranges of groups." }), (r) => r.start),
  },
  { named: "IdMap" },
);
