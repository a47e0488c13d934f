/** A virtual network of a host. */
import { resources } from "../../model";
import type { Resource } from "../../plugin/resource";
import { parse } from "../../xml";
import type { Context } from "../context";
import { defined } from "../defined";
import { limitsOf } from "../whereabouts";
import { birthDefaults } from "./defaults";
import { plan } from "./plan";
import { all, autostart, change, define, drop, look, lookup, start, stop } from "./steps";

export const network = (context: Context): Resource =>
  defined(
    {
      word: "network",
      token: "kvm:index:Network",
      declaration: resources.Network.inputs,
      defaults: birthDefaults,
      faults: () => [],
      // Bridge and addresses are taken as long as the old one stands.
      excludes: () => true,
      sideEffect: (landings) =>
        landings.some(({ lands }) => lands === "netRestart")
          ? "will be restarted: guests on it lose their link for a moment"
          : undefined,
      outputs: ({ children }) => ({ bridge: children.find(({ name }) => name === "bridge")?.attrs["name"] }),
      lookup,
      look,
      all,
      define,
      power: { build: async () => undefined, start, stop, setAutostart: autostart },
      mustHoldNothing: async () => undefined,
      change: (run, host, object, before, after) => {
        const steps = plan(parse(before.xml), parse(after));
        const restart = steps.restart || before.unfinished !== undefined;
        return change(run, host, object, { ...steps, restart }, { before: before.xml, after }, before.active);
      },
      drop: (run, host, object) => drop(host, object, context.owner(), limitsOf(run)),
    },
    context,
  );
