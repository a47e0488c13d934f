/** A pool: where a host keeps volumes. */
import { resources } from "../../model";
import type { Resource } from "../../plugin/resource";
import type { Context } from "../context";
import { defined } from "../defined";
import { autonamedBy } from "../owner";
import { faults } from "./check";
import { mustHoldNothing } from "./contents";
import { birthDefaults } from "./defaults";
import { all, autostart, build, change, define, drop, look, lookup, start, stop, waits } from "./steps";

export const pool = (context: Context): Resource =>
  defined(
    {
      word: "pool",
      token: "kvm:index:Pool",
      declaration: resources.Pool.inputs,
      defaults: birthDefaults,
      faults,
      // libvirt has neither two pools of one name nor two on one directory.
      excludes: (olds, news) =>
        olds["path"] === news["path"] || (olds["name"] === news["name"] && autonamedBy(news) !== "ours"),
      sideEffect: (landings) => (landings.some(({ path }) => path[0] === "source") ? waits : undefined),
      outputs: ({ children }) => ({
        path: children.find(({ name }) => name === "target")?.children.find(({ name }) => name === "path")?.text,
      }),
      lookup,
      look,
      all,
      define,
      power: { build, start, stop, setAutostart: autostart },
      mustHoldNothing,
      change,
      drop,
    },
    context,
  );
