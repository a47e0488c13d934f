/** The commands of the guest agent that are used. */
import { type Command, isObject } from "./command";

const command = <A extends object, R>(name: string, read: Command<A, R>["read"]): Command<A, R> => ({ name, read });

/** Opens a file in the guest. The answer is its handle. */
export const guestFileOpen = command<{ path: string; mode: "r" }, number>("guest-file-open", (answer) =>
  Number.isSafeInteger(answer) ? (answer as number) : undefined,
);

/** Reads up to `count` bytes; a guest that sends more is not heard beyond them. */
export const guestFileRead = command<{ handle: number; count: number }, Buffer>(
  "guest-file-read",
  (answer, { count }) => {
    const content = isObject(answer) ? answer["buf-b64"] : undefined;
    return typeof content === "string" ? Buffer.from(content, "base64").subarray(0, count) : undefined;
  },
);

export const guestFileClose = command<{ handle: number }, true>("guest-file-close", () => true);
