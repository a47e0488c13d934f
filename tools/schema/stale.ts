/** The first line in which two texts differ, as a person would say it. */
export function firstDifference(today: string, wanted: string): string {
  const [old, now] = [today.split("\n"), wanted.split("\n")];
  const at = now.findIndex((line, i) => line !== old[i]);
  const line = at < 0 ? now.length : at;
  return `line ${line + 1} is ${JSON.stringify(old[line] ?? "missing")}, and should be ${JSON.stringify(now[line] ?? "missing")}`;
}
