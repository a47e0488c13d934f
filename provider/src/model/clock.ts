/** The guest's clock. */
import { attr, child, element, list, natural, oneOf, text, yesNo } from "../vocabulary";

const Catchup = element(
  "catchup",
  "How fast lost ticks are made good.",
  {
    threshold: attr(natural, "Lost ticks before it starts."),
    slew: attr(natural, "Ticks to add."),
    limit: attr(natural, "Lost ticks that are never made good."),
  },
  { named: "TimerCatchup" },
);
const Timer = element(
  "timer",
  "A source of time for the guest.",
  {
    name: attr(oneOf("platform", "hpet", "kvmclock", "pit", "rtc", "tsc", "hypervclock", "armvtimer"), "Which one.", {
      required: true,
      wordsSince: { armvtimer: "6.1.0" },
    }),
    present: attr(yesNo, "Whether the guest has it."),
    tickpolicy: attr(oneOf("delay", "catchup", "merge", "discard"), "What becomes of ticks that came late."),
    track: attr(oneOf("boot", "guest", "wall", "realtime"), "What it follows; `rtc` and `platform` only.", {
      wordsSince: { realtime: "7.1.0" },
    }),
    frequency: attr(text, "Hertz of `tsc`."),
    mode: attr(oneOf("auto", "native", "emulate", "paravirt", "smpsafe"), "How `tsc` is run."),
    catchup: child(Catchup),
  },
  { named: "Timer" },
);

export const Clock = element(
  "clock",
  "The guest's clock.",
  {
    offset: attr(
      oneOf("utc", "localtime", "timezone", "variable", "absolute"),
      "What the clock shows at the start: Linux wants `utc`, Windows `localtime`.",
      { wordsSince: { absolute: "8.4.0" } },
    ),
    basis: attr(oneOf("utc", "localtime"), "What a `variable` offset is from.", { filled: true }),
    adjustment: attr(text, "Seconds of a `variable` offset; `reset` puts a changed clock back."),
    timezone: attr(text, "Such as `Europe/Berlin`, for `timezone`."),
    start: attr(text, "Seconds since 1970, for `absolute`.", { since: "8.4.0" }),
    timers: list(child(Timer), (t) => t.name),
  },
  { lands: "boot" },
);
