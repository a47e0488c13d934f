/** A host over ssh: who logs in and how (`login`), then how the daemon is reached from there (`ways`). */
import type { Limits, Session } from "../session";
import type { Address } from "../uri";
import { builtin } from "./builtin";
import type { SshOptions } from "./options";
import { through } from "./ways";

export type { SshOptions } from "./options";

export const ssh = async (address: Address, options: SshOptions, limits: Limits): Promise<Session> =>
  through(await builtin(address, options, limits), address);
