/** What may be missing, and that is well. */
import { asFailure } from "../failure";

/** Undefined where it is not there. */
export const maybe = <T>(asked: Promise<T>): Promise<T | undefined> => unless(["missing"], asked);

/** Undefined where it fails with one of these codes; every other failure leaves unknown what is there. */
export async function unless<T>(codes: readonly string[], asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (!codes.includes(asFailure(error).code)) throw error;
    return undefined;
  }
}
