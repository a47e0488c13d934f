/** What may be missing, and that is well. */
import { asFailure } from "../failure";

/** Undefined where it is not there. */
export async function maybe<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (asFailure(error).code !== "missing") throw error;
    return undefined;
  }
}
