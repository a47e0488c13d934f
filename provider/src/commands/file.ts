/** The text of a file, or of standard input. */
import { readFile } from "node:fs/promises";
import { Failure } from "../failure";

export const nameOf = (file: string): string => (file === "-" ? "standard input" : file);

export async function textOf(file: string): Promise<string> {
  try {
    return file === "-" ? await standardInput() : await readFile(file, "utf8");
  } catch (cause) {
    throw new Failure("invalid", `cannot be read: ${(cause as Error).message}`, { cause });
  }
}

async function standardInput(): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString("utf8");
}
