/** A network filter of a host. Its UUID is the mark by which our own is known: libvirt lets no other take its name. */
import { resources } from "../../model";
import type { Bag, Resource } from "../../plugin/resource";
import type { Context } from "../context";
import { defined } from "../defined";
import { hidden } from "../state";
import { limitsOf } from "../whereabouts";
import { all, change, define, drop, look, lookup } from "./calls";

export const nwfilter = (context: Context): Resource =>
  defined(
    {
      word: "nwfilter",
      token: resources.NwFilter.token,
      declaration: resources.NwFilter.inputs,
      defaults: {},
      faults: () => [],
      excludes,
      sideEffect: () => undefined,
      outputs: () => ({}),
      whole: true,
      lookup,
      look,
      all,
      define,
      mustHoldNothing: async () => undefined,
      change,
      drop: (run, host, object) => drop(host, object, limitsOf(run)),
    },
    context,
  );

/** libvirt has no two filters of one name, nor of one UUID. */
const excludes = (olds: Bag, news: Bag): boolean =>
  olds["name"] === news["name"] || (news[hidden.minted] !== true && olds["uuid"] === news["uuid"]);
