/** How Pulumi's SDKs call things in each language. */

/** `kvm:index:Domain` is the class `Domain`. */
export const className = (token: string): string => token.slice(token.lastIndexOf(":") + 1);

/** Of any name, one that a variable may have. */
export function identifier(name: string, style: "camel" | "snake", reserved: ReadonlySet<string>): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter(Boolean);
  const camel = words
    .map((word, i) => (i === 0 ? lowered(word) : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("");
  const plain = style === "camel" ? camel : words.join("_").toLowerCase();
  const started = /^[a-z_]/i.test(plain) ? plain : `_${plain}`;
  return reserved.has(started) ? `${started}_` : started;
}
const lowered = (word: string): string =>
  word === word.toUpperCase() ? word.toLowerCase() : word.charAt(0).toLowerCase() + word.slice(1);

/** `backingStore` is `backing_store` in Python. */
export function pythonName(property: string): string {
  const parts = property.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/([A-Z])([A-Z][a-z0-9])/g, "$1_$2");
  const name = parts.toLowerCase();
  return pythonWords.has(name) ? `${name}_` : name;
}
export const pythonWords: ReadonlySet<string> = new Set(
  "False None True and as assert async await break class continue def del elif else except exec finally for from global if import in is lambda nonlocal not or pass print raise return try while with yield".split(
    " ",
  ),
);

/** `backingStore` is `BackingStore` in Go. */
export const goName = (property: string): string => property.charAt(0).toUpperCase() + property.slice(1);
