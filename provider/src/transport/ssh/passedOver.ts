/** What an ssh agent holds that ssh2 passes over without a word: certificates, and keys that hardware holds. */
import type { BaseAgent } from "ssh2";
import { Failure } from "../../failure";
import { attempt } from "../attempt";
import type { Limits } from "../session";
import type { ParseKey } from "./keyFile";

/** One of them. */
export interface PassedOver {
  /** As OpenSSH writes it: `ssh-ed25519-cert-v01@openssh.com`. */
  readonly type: string;
  /** What its owner calls it. */
  readonly comment: string;
}

export const isCertificate = ({ type }: PassedOver): boolean => /-cert-v\d+@/.test(type);

/** SSH_AGENTC_REQUEST_IDENTITIES, and its answer. */
const ASK = Buffer.from([0, 0, 0, 1, 11]);
const ANSWER = 12;
/** As long as an answer may be. */
const LONGEST = 256 * 1024;

/** Asks the agent, which may also be asked for its keys; one that does not answer holds none. */
export const passedOver = (agent: BaseAgent, parseKey: ParseKey, limits: Limits): Promise<readonly PassedOver[]> =>
  answer(agent, limits).then(
    (said) => read(said).filter(({ blob }) => parseKey(blob) instanceof Error),
    (failure: Failure) => {
      if (failure.code === "cancelled") throw failure;
      return [];
    },
  );

/** All that follows the answer's length. */
const answer = (agent: BaseAgent, limits: Limits): Promise<Buffer> =>
  attempt("the ssh agent", limits, (done, failed) => {
    let leave: () => void = () => undefined;
    let left = false;
    const none = () => failed(new Failure("protocol", "the ssh agent does not say what it holds"));
    if (!agent.getStream) none();
    agent.getStream?.((error, stream) => {
      if (error || !stream) return none();
      leave = () => void stream.destroy();
      if (left) return leave();
      let heard = Buffer.alloc(0);
      stream.on("error", none).on("close", none);
      stream.on("data", (chunk: Buffer) => {
        heard = Buffer.concat([heard, chunk]);
        const length = heard.length < 4 ? 0 : heard.readUInt32BE(0);
        const over = length > LONGEST;
        if (!over && (heard.length < 4 || heard.length < 4 + length)) return;
        if (over) none();
        else done(heard.subarray(4, 4 + length));
        leave();
      });
      stream.write(ASK);
    });
    return () => {
      left = true;
      leave();
    };
  });

function read(answer: Buffer): readonly (PassedOver & { readonly blob: Buffer })[] {
  if (answer.length < 5 || answer[0] !== ANSWER) return [];
  let at = 5;
  const field = (bytes: Buffer, from: number): Buffer => {
    const length = from + 4 <= bytes.length ? bytes.readUInt32BE(from) : 0;
    return bytes.subarray(from + 4, from + 4 + length);
  };
  const held: (PassedOver & { blob: Buffer })[] = [];
  while (at < answer.length) {
    const blob = field(answer, at);
    const comment = field(answer, at + 4 + blob.length);
    at += 8 + blob.length + comment.length;
    held.push({ blob, type: field(blob, 0).toString("latin1"), comment: comment.toString() });
  }
  return held;
}
