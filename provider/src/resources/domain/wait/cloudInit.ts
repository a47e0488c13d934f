/** How cloud-init went, in its own words: from the files it leaves in the guest, or from what it writes on the console. */

/** cloud-init is through. `errors` are what failed, `warnings` what it passed over (a key it does not know, say). */
export interface Ended {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** What the agent could tell: the end, that cloud-init never runs, that it still runs, or why it cannot tell. */
export type FromAgent =
  | { readonly ended: Ended }
  | { readonly off: string }
  | { readonly runs: true }
  | { readonly silent: string };

/** Where cloud-init tells of this boot, in the guest. They are links into its folder of data, made anew at each boot. */
export const files = {
  /** Written once, at the very end. */
  result: "/run/cloud-init/result.json",
  /** Stage by stage, warnings included (since 23.4). */
  status: "/run/cloud-init/status.json",
  /** There where the guest decided at boot not to run cloud-init at all. */
  disabled: "/run/cloud-init/disabled",
} as const;

type Loose = Readonly<Record<string, unknown>>;
const isLoose = (value: unknown): value is Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
function v1(json: string): Loose {
  const whole: unknown = JSON.parse(json);
  const inner = isLoose(whole) ? whole["v1"] : undefined;
  return isLoose(inner) ? inner : {};
}

/** Undefined while the file is only half written. */
export function readResult(result: string, status = "{}"): Ended | undefined {
  try {
    return { errors: texts(v1(result)["errors"]).map(brief), warnings: warningsOf(status) };
  } catch {
    return undefined;
  }
}

function warningsOf(status: string): string[] {
  const stages = Object.values(v1(status)).filter(isLoose);
  const kinds = stages.flatMap(({ recoverable_errors }) =>
    isLoose(recoverable_errors) ? Object.values(recoverable_errors) : [],
  );
  return [...new Set(kinds.flatMap(texts).map(brief))];
}

const longest = 300;
const brief = (words: string): string => {
  const line = words.replace(/\s+/g, " ").trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are steered by them
const steering = /\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
/** Its last word. systemd's judgement of it, where it is told at all, comes a moment later. */
const lastWord = /\bcloud-init v\. \S+ finished at /i;
const judged = /\breached target (cloud-init\.target|cloud-init target)|\[FAILED\] Failed to start .*\bcloud-final/i;
/** A module that failed; what cloud-init itself calls an error; a stage of which systemd says so. */
const failed =
  /\brunning module \S+ .*\bfailed\b|\.py\[(ERROR|CRITICAL)\]|\bfailed to run module\b|\[FAILED\] Failed to start .*\bcloud-/i;
/** The kernel's clock and the process, in front of what cloud-init says. */
const prefix = /^(\[\s*\d+\.\d+\]\s*)?(cloud-init\[\d+\]:\s*)?/;

/** What a console tells; `sure` when nothing more will come. */
export interface Heard {
  readonly ended: Ended;
  readonly sure: boolean;
}

/** Reads a console as its bytes come; `feed` gives how cloud-init went as soon as its last word is heard. */
export function consoleReader(): { feed(chunk: Uint8Array): Heard | undefined } {
  const decoder = new TextDecoder();
  const errors = new Set<string>();
  let rest = "";
  let over = false;
  let sure = false;
  return {
    feed(chunk) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
      // A line without an end, as progress bars are, must not grow for ever.
      rest = (lines.pop() ?? "").slice(-4096);
      for (const raw of lines) {
        const line = raw.replace(steering, "");
        if (failed.test(line)) errors.add(brief(line.replace(prefix, "")));
        sure ||= judged.test(line);
        over ||= sure || lastWord.test(line);
      }
      return over ? { ended: { errors: [...errors], warnings: [] }, sure } : undefined;
    },
  };
}
