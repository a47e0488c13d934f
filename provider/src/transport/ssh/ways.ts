/** From a login to the daemon of the host: the ways there, in the order in which they are tried. */
import type { Duplex } from "node:stream";
import { Failure } from "../../failure";
import type { Limits, Session } from "../session";
import { SYSTEM_FOLDER, socketBeside, sockets } from "../sockets";
import { noSocket } from "../unix";
import type { Address } from "../uri";
import { firstToAnswer } from "./firstToAnswer";
import type { Login, Started } from "./login";
import { type Found, look } from "./look";

export interface WaysOptions {
  /** The socket for those who only look is used, where the daemon has one. */
  readonly readonly?: boolean | undefined;
  /** What is started on the host is started by `sudo -n`. */
  readonly sudo?: boolean | undefined;
}

/** One way that works: each call is another stream to the daemon. */
type Way = (limits: Limits) => Promise<Duplex>;

export function through(login: Login, address: Address, options: WaysOptions): Session {
  /** The way that worked last time. */
  let proven: Way | undefined;
  /** The socket that it led to, where that is known: a helper finds its own. */
  let reached = "";
  const open: Way = async (limits) => {
    const forwarding = await forwarded(login, address, options, limits);
    if (forwarding) {
      proven = forwarding.way;
      reached = forwarding.path;
      return forwarding.stream;
    }
    const commands = await byCommand(login, address, options, limits);
    return firstToAnswer(
      commands.map((way) => ({ way, start: () => way(limits) })),
      (way) => {
        proven = way;
      },
    );
  };
  return {
    get alive() {
      return login.alive;
    },
    open: async (limits = {}) => {
      try {
        return await (proven ?? open)(limits);
      } catch (failure) {
        proven = undefined;
        throw failure;
      }
    },
    beside: async (driver, limits) => {
      const path = socketBeside(reached, address, driver);
      return path === undefined ? undefined : login.forward?.(path, limits).catch(unlessGone(login, limits));
    },
    run: login.run,
    close: login.close,
  };
}

/**
 * Whether a channel to the socket itself may be asked for. The folder of a user's own daemon is known on the host only, and what sudo
 * may the user's channel may not.
 */
const mayForward = ({ forward }: Login, { path, parameters: { proxy } }: Address, { sudo }: WaysOptions): boolean =>
  forward !== undefined && !sudo && path !== "/session" && proxy !== "native" && proxy !== "netcat";

/** A channel to the socket itself, which sshd may forbid: nothing runs on the host then. */
async function forwarded(
  login: Login,
  address: Address,
  options: WaysOptions,
  limits: Limits,
): Promise<{ stream: Duplex; way: Way; path: string } | undefined> {
  const { forward } = login;
  if (!forward || !mayForward(login, address, options)) return undefined;
  for (const path of sockets(address, SYSTEM_FOLDER, options.readonly)) {
    const way: Way = (each) => forward(path, each);
    const stream = await way(limits).catch(unlessGone(login, limits));
    if (stream) return { stream, way, path };
  }
  return undefined;
}

/** A channel that sshd does not give is no failure while another way may be tried. */
const unlessGone =
  ({ alive }: Login, { signal, deadline }: Limits = {}) =>
  (failure: unknown): undefined => {
    if (!alive || signal?.aborted || (deadline !== undefined && Date.now() >= deadline)) throw failure;
  };

/** libvirt's own helper where it is, and a netcat at the socket; what the host lacks is found before. */
async function byCommand(
  login: Login,
  address: Address,
  options: WaysOptions,
  limits: Limits,
): Promise<readonly Way[]> {
  const { readonly, sudo } = options;
  const { proxy, netcat } = address.parameters;
  const found = await look(login, address, options, limits);
  const by =
    (...words: [string, ...string[]]): Way =>
    async (each) =>
      explained(await login.start(sudo ? ["sudo", "-n", ...words] : words, each), words[0]);
  const place = found.places.find(({ usable }) => usable);
  const helped = proxy === "native" || (proxy !== "netcat" && netcat === undefined);
  const ways = [
    ...(helped && serves(found, address) && (place || address.path === "/session")
      ? [by("virt-ssh-helper", ...(readonly ? ["-r"] : []), helperUri(address))]
      : []),
    ...(place && proxy !== "native" && found.netcat ? [by(netcat ?? "nc", "-U", place.path)] : []),
  ];
  if (ways.length === 0) throw none(login, address, options, found);
  return ways;
}

/** What a helper is told of the socket; one before libvirt 9.1 reads none of it. */
const CHOOSING = ["mode", "socket"] as const;

/** Whether the helper is there, and knows what it is to be told. */
function serves({ helper }: Found, { parameters }: Address): boolean {
  const [major = 0, minor = 0] = (helper ?? "").split(".").map(Number);
  const chooses = CHOOSING.some((name) => parameters[name] !== undefined);
  return helper !== undefined && (!chooses || major > 9 || (major === 9 && minor >= 1));
}

function helperUri({ daemon, parameters }: Address): string {
  const told = CHOOSING.flatMap((name) => {
    const value = parameters[name];
    return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  return told.length === 0 ? daemon : `${daemon}${daemon.includes("?") ? "&" : "?"}${told.join("&")}`;
}

/** A command that ends before the daemon said anything says why on stderr: that, and not the end, is what went wrong. */
function explained({ stream, ended }: Started, program: string): Duplex {
  const emit = stream.emit.bind(stream);
  let heard = false;
  stream.emit = (event: string, ...args: unknown[]) => {
    if (event === "data") heard = true;
    if (heard || (event !== "end" && event !== "close")) return emit(event, ...args);
    if (event === "close") {
      // It may come with the end, in one packet, and would be told first.
      setImmediate(() => emit(event, ...args));
      return true;
    }
    ended.then(({ code, stderr }) => {
      const why = stderr.trim();
      if (code === 0 && !why) emit("end");
      else emit("error", new Error(`\`${program}\` on the host ended (${why || `exit code ${code}`})`));
    });
    return true;
  };
  return stream;
}

/** No way was found: what each would have needed. */
function none(login: Login, address: Address, options: WaysOptions, found: Found): Failure {
  const { places, helper, netcat } = found;
  const usable = places.find((place) => place.usable);
  if (usable) {
    const helped = helper === undefined ? "not there" : serves(found, address) ? "not wanted" : `too old (${helper})`;
    return new Failure(
      "unsupported",
      `no way to libvirt's socket ${usable.path} is left: ${mayForward(login, address, options) ? "sshd forwards no socket" : "a forwarded socket is not wanted"}, virt-ssh-helper is ${helped}, ${address.parameters.netcat ?? "nc"} is ${netcat ? "not wanted" : "not there"}`,
      {
        remedy:
          "Allow `AllowStreamLocalForwarding` in the host's sshd_config, or install virt-ssh-helper (package libvirt-daemon; of 9.1 or later for `mode=` and `socket=`) or a netcat that knows -U there",
      },
    );
  }
  const failure = noSocket(
    places.map(({ path, code }) => ({ path, code })),
    address.host,
  );
  return failure.code === "denied"
    ? new Failure("denied", `${failure.problem} to user ${login.username}`, failure.circumstances)
    : failure;
}
