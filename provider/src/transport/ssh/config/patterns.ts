/** Patterns of ssh_config(5) and known_hosts: `*`, `?`, and `!` before what must not match. Pure. */

export const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "s",
  );

/** Whether one of them matches and none that begins with `!` does. */
export function matches(patterns: readonly string[], name: string): boolean {
  const hit = (pattern: string) => glob(pattern).test(name);
  if (patterns.some((pattern) => pattern.startsWith("!") && hit(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith("!") && hit(pattern));
}
