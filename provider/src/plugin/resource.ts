/** What this room asks of a resource, a function and a provider; it knows of Pulumi's protocol only. */
import type { Unknown } from "../unknown";

/** A file or text that a program handed over. Contents of `path` are read on the machine that runs Pulumi. */
export const asset: unique symbol = Symbol("asset");
export interface Asset {
  readonly [asset]: { readonly text?: string; readonly path?: string; readonly uri?: string; readonly hash?: string };
}

/** A property's value. A reference to a resource arrives as that resource's id (or unknown). */
export type Value = null | boolean | number | string | Unknown | Asset | readonly Value[] | Bag;
export interface Bag {
  readonly [property: string]: Value | undefined;
}
export type Path = readonly (string | number)[];

/** Values, and the paths at which a secret stands (whole subtrees: `["cloudInit", "userData"]`, `["disks", 0]`). */
export interface Properties {
  readonly values: Bag;
  readonly secrets: readonly Path[];
}

/** What the user reads while a call is under way. */
export interface Log {
  /** Live text in the resource's line; replaced by the next, gone at the end. */
  status(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
  debug(text: string): void;
}

/** What a call is given beside its request. */
export interface Run {
  /** Aborts on Ctrl-C and when the engine goes away. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Milliseconds since the epoch (the user's `customTimeouts`), or undefined for the resource's own default. */
  readonly deadline: number | undefined;
}

export interface CheckFailure {
  readonly property: Path;
  readonly reason: string;
}
export interface CheckRequest {
  readonly urn: string;
  /** The resource's name in the program. */
  readonly name: string;
  /** Undefined at creation and at the second check of a replacement. */
  readonly olds: Properties | undefined;
  readonly news: Properties;
  readonly autonaming: { readonly mode: "propose" | "enforce" | "disable"; readonly proposed: string } | undefined;
}
export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

export interface Change {
  readonly property: Path;
  readonly kind: "add" | "delete" | "update";
  /** The object must be replaced for it. */
  readonly replace?: boolean;
}
export interface DiffRequest {
  readonly urn: string;
  readonly id: string;
  /** The state's outputs and inputs, and what the program wants now. */
  readonly oldOutputs: Properties;
  readonly oldInputs: Properties;
  readonly news: Properties;
  readonly ignoreChanges: readonly string[];
}
export interface Difference {
  readonly changes: readonly Change[];
  readonly deleteBeforeReplace?: boolean;
  /** Outputs that an update leaves as they are: dependents then see no unknowns. */
  readonly stables: readonly string[];
}

export interface CreateRequest {
  readonly urn: string;
  readonly name: string;
  readonly inputs: Properties;
  readonly preview: boolean;
}
/** `reasons`: the object exists but is not as wanted; the engine saves it and the next `up` goes on from there. */
export interface Created {
  readonly id: string;
  readonly outputs: Properties;
  readonly reasons?: readonly string[];
  readonly refreshBeforeUpdate?: boolean;
}
export interface UpdateRequest {
  readonly urn: string;
  readonly name: string;
  readonly id: string;
  readonly oldOutputs: Properties;
  readonly oldInputs: Properties;
  readonly news: Properties;
  readonly ignoreChanges: readonly string[];
  readonly preview: boolean;
}
export type Updated = Omit<Created, "id">;
export interface ReadRequest {
  readonly urn: string;
  readonly name: string;
  readonly id: string;
  /** Undefined at import; at `.get` the inputs hold what the user gave beside the id. */
  readonly inputs: Properties | undefined;
  readonly outputs: Properties | undefined;
}
export interface Got {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly reasons?: readonly string[];
}
export interface DeleteRequest {
  readonly urn: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** One kind of resource. Every method may throw `Failure`: then nothing was changed (or what was is undone). */
export interface Resource {
  check(run: Run, request: CheckRequest): Promise<Checked>;
  /** Pure and fast: the engine calls it one resource at a time. */
  diff(run: Run, request: DiffRequest): Promise<Difference>;
  /** In a preview: outputs that are not known yet are `unknown`, and no host is changed. */
  create(run: Run, request: CreateRequest): Promise<Created>;
  read(run: Run, request: ReadRequest): Promise<Got | undefined>;
  update(run: Run, request: UpdateRequest): Promise<Updated>;
  /** What is gone already is a success. */
  delete(run: Run, request: DeleteRequest): Promise<void>;
  /** All objects of the kind that there are, for `List`. */
  list(
    run: Run,
    query: Properties,
  ): AsyncIterable<{ readonly id: string; readonly name: string; readonly outputs: Properties }>;
}

/** A data source. */
export interface Invocation {
  invoke(
    run: Run,
    args: Properties,
  ): Promise<{ readonly result: Properties; readonly failures: readonly CheckFailure[] }>;
}

/** What is served: what is known at once, and the provider, which is loaded by the first call that needs it. */
export interface Package {
  readonly version: string;
  /** Pulumi's schema, as JSON. */
  schema(): Promise<string>;
  load(): Promise<Provider>;
}

/** What `provider.ts` hands to this room. Tokens are Pulumi's: `kvm:index:Domain`. */
export interface Provider {
  checkConfig(
    run: Run,
    request: { readonly urn: string; readonly olds: Properties | undefined; readonly news: Properties },
  ): Promise<Checked>;
  /** Throws `Failure`; hosts are not dialled here but at the first call that needs one. */
  configure(run: Run, args: Properties): Promise<void>;
  resource(token: string): Resource | undefined;
  invocation(token: string): Invocation | undefined;
  /** Ends every connection. */
  close(): Promise<void>;
}
