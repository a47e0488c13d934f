/** A value that only the update will know. Every room that looks at properties must be able to name it. */
export const unknown: unique symbol = Symbol("known only after the update");
export type Unknown = typeof unknown;

/** Whether it, or something in it, is only known after the update. */
export const hasUnknown = (value: unknown): boolean =>
  value === unknown || (typeof value === "object" && value !== null && Object.values(value).some(hasUnknown));
