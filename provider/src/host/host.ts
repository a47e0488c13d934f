/** One hypervisor host, as resources see it. */
import type { Arguments, EventName, EventOf, ProcedureName, Results } from "../libvirt";
import type { Command } from "../qmp";

/** What ends a call early. Shaped like Pulumi's run, but this room does not know it. */
export interface Limits {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds since the epoch; each call also has a deadline of its own (60 s unless it is known to be long). */
  readonly deadline?: number | undefined;
}

export interface Identity {
  /** The host's UUID (from its capabilities). */
  readonly uuid: string;
  /** `9.0.0` */
  readonly libvirt: string;
  /** The hypervisor's, `7.2.22`; `0.0.0` where the driver has none. */
  readonly hypervisor: string;
  /** The driver that was opened: `qemu`, `test`, … */
  readonly driver: string;
  readonly hostname: string;
}

/** What is left out is what the host takes by itself. */
export type DomainKind = Pick<
  Arguments<"connectGetDomainCapabilities">,
  "emulatorbin" | "arch" | "machine" | "virttype"
>;

export interface Ran {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface Host {
  /** As the user names it: its key in `hosts`, else its URI without secrets. */
  readonly name: string;
  /** Its URI as the user wrote it, without anything that could be a secret. */
  readonly uri: string;
  /** Fetched once per connection. */
  identity(limits?: Limits): Promise<Identity>;
  /** Capabilities (parsed nowhere here: XML text), fetched once per connection. */
  capabilities(limits?: Limits): Promise<string>;

  /** What domains of that kind can have (libvirt's domain capabilities: XML text), fetched once per connection for each kind. */
  domainCapabilities(kind?: DomainKind, limits?: Limits): Promise<string>;

  /**
   * One call of libvirt. `object` is for the error message (`domain web`).
   * When the connection breaks under it, it is made again after a reconnect if it only reads, or if the host shows that it was not
   * carried out (`repeats.ts`); anything else fails with code `lost`.
   */
  call<N extends ProcedureName>(
    procedure: N,
    args: Arguments<N>,
    about?: { object?: string } & Limits,
  ): Promise<Results<N>>;

  /** Something is about to be changed: connects for it while it is still being asked about. */
  anticipate(): void;

  /** Sends bytes into a call that opens a stream (`storageVolUpload`); sparse where the call's flags say so. Resolves when the daemon confirmed. */
  upload<N extends ProcedureName>(
    procedure: N,
    args: Arguments<N>,
    source: AsyncIterable<Piece>,
    about?: { object?: string } & Limits,
  ): Promise<void>;
  /** Receives the bytes of a call that opens a stream (`storageVolDownload`, `domainScreenshot`, `domainOpenConsole`). */
  download<N extends ProcedureName>(
    procedure: N,
    args: Arguments<N>,
    about?: { object?: string } & Limits,
  ): AsyncIterable<Piece>;

  /** Calls `listener` for each event of that name until the returned function is called; subscribes once per connection and again after a reconnect. */
  on<E extends EventName>(event: E, listener: (event: EventOf<E>) => void, limits?: Limits): Promise<() => void>;
  /**
   * Waits for a state of affairs: looks, then looks again after each of `events` that `concerns` (default: all) and after each reconnect,
   * until `look` gives something other than undefined. Throws `Failure` `timeout` at the deadline, `cancelled` when aborted.
   */
  until<T>(
    events: readonly EventName[],
    look: () => Promise<T | undefined>,
    about: { object?: string; concerns?: (event: EventOf<EventName>) => boolean } & Limits,
  ): Promise<T>;

  /** Asks the agent in the guest of that domain. Fails with `unsupported` where this guest lacks the command, with `timeout` where it hangs. */
  agent<A extends object, R>(
    uuid: string,
    command: Command<A, R>,
    args: A,
    about?: { object?: string } & Limits,
  ): Promise<R>;

  /**
   * Asks the QEMU that runs that domain, past libvirt: for what libvirt has no call for. Fails with `unsupported` where this QEMU lacks the
   * command, with `refused` where the domain does not run. What QEMU tells by itself comes as the event `qemuMonitor`.
   */
  monitor<A extends object, R>(
    uuid: string,
    command: Command<A, R>,
    args: A,
    about?: { object?: string } & Limits,
  ): Promise<R>;

  /** Whether commands can be run on the host: over ssh or on this machine yes, over tcp and tls no. */
  can(what: "shell"): boolean;
  /** Runs a command on the host; no shell reads the arguments. `input` goes to its stdin; `onOutput` sees stdout as it comes. */
  run(
    command: readonly [string, ...string[]],
    options?: { input?: AsyncIterable<Uint8Array> | Uint8Array; onOutput?: (chunk: Buffer) => void } & Limits,
  ): Promise<Ran>;

  /** Puts a file there: whole or not at all, for whoever `mode` (`0640`) lets read it. Needs a shell like the next two. */
  put(path: string, content: Uint8Array | AsyncIterable<Uint8Array>, mode: string, limits?: Limits): Promise<void>;
  /** What a file holds. Fails with `missing` where there is none, and with `refused` where it holds more than `most` bytes. */
  get(path: string, most: number, limits?: Limits): Promise<Buffer>;
  /** How many bytes the file system of that path has left for whoever connects. */
  space(path: string, limits?: Limits): Promise<number>;

  close(): Promise<void>;
}

/** Data, or a hole of that many bytes. */
export type Piece = Uint8Array | { readonly hole: number };

/** The hosts of one provider: one named by its URI, or several by key. Connections are made at the first call. */
export interface Hosts {
  readonly names: readonly string[];
  /** The named one; without a name the only one. Throws `Failure` `invalid` naming those there are. */
  get(name?: string): Host;
  close(): Promise<void>;
}
