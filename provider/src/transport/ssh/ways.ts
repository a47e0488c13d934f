/** From a login to the daemon of the host: the ways there, in the order in which they are tried. */
import type { Duplex } from "node:stream";
import { Failure } from "../../failure";
import type { Limits, Session } from "../session";
import { SYSTEM_FOLDER, socketBeside, sockets } from "../sockets";
import { noSocket } from "../unix";
import type { Address } from "../uri";
import { type Candidate, firstToAnswer } from "./firstToAnswer";
import type { Login, Started } from "./login";
import { type Found, look } from "./look";

export interface WaysOptions {
  /** The socket for those who only look is used, where the daemon has one. */
  readonly readonly?: boolean | undefined;
  /** What is started on the host is started by `sudo -n`. */
  readonly sudo?: boolean | undefined;
}

/** Each call is another stream to the daemon. */
type Way = (limits: Limits) => Promise<Duplex>;

export function through(login: Login, address: Address, options: WaysOptions): Session {
  /** The way that worked last time. */
  let proven: Way | undefined;
  /** The socket that it led to, where that is known: a helper finds its own. */
  let reached = "";
  const open: Way = (limits) => {
    const leads = (path: string) => {
      reached = path;
    };
    return firstToAnswer(
      (failures) => inTurn({ login, address, options, limits }, failures, leads),
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

/** What a way is looked for with. */
interface Search {
  readonly login: Login;
  readonly address: Address;
  readonly options: WaysOptions;
  readonly limits: Limits;
}

/** A channel to each socket; then the commands, for which the host is asked what it has. `leads` is told where each does. */
async function* inTurn(
  search: Search,
  failures: readonly string[],
  leads: (path: string) => void,
): AsyncGenerator<Candidate<Way>> {
  const { login, address, options, limits } = search;
  const { forward } = login;
  if (forward && mayForward(login, address, options))
    for (const path of sockets(address, SYSTEM_FOLDER, options.readonly)) {
      const start = async () => {
        const stream = await forward(path, limits).catch(unlessGone(login, limits));
        if (stream) leads(path);
        return stream ?? FORBIDDEN;
      };
      yield { way: (each) => forward(path, each), name: path, start };
    }
  const commands = await byCommand(search, failures);
  leads("");
  for (const { way, name } of commands) yield { way, name, start: () => way(limits) };
}

/** sshd gives no channel to a socket where it may not, and where nobody listens: nothing runs on the host then. */
const FORBIDDEN = "sshd forwards no socket";

/** A channel that sshd does not give is no failure while another way may be tried. */
const unlessGone =
  ({ alive }: Login, { signal, deadline }: Limits = {}) =>
  (failure: unknown): undefined => {
    if (!alive || signal?.aborted || (deadline !== undefined && Date.now() >= deadline)) throw failure;
  };

/** libvirt's own helper where it is, and a netcat at the socket; what the host lacks is found before. */
async function byCommand(
  { login, address, options, limits }: Search,
  failures: readonly string[],
): Promise<readonly { readonly way: Way; readonly name: string }[]> {
  const { readonly, sudo } = options;
  const { proxy, netcat } = address.parameters;
  const found = await look(login, address, options, limits);
  const by = (...words: [string, ...string[]]) => ({
    name: `\`${words[0]}\` on the host`,
    way: async (each: Limits) => explained(await login.start(sudo ? ["sudo", "-n", ...words] : words, each), words[0]),
  });
  const place = found.places.find(({ usable }) => usable);
  const helped = proxy === "native" || (proxy !== "netcat" && netcat === undefined);
  const ways = [
    ...(helped && serves(found, address) && (place || address.path === "/session")
      ? [by("virt-ssh-helper", ...(readonly ? ["-r"] : []), helperUri(address))]
      : []),
    ...(place && proxy !== "native" && found.netcat ? [by(netcat ?? "nc", "-U", place.path)] : []),
  ];
  if (ways.length === 0) throw none({ login, address, failures, found });
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

interface Nothing extends Pick<Search, "login" | "address"> {
  /** What those said that were tried. */
  readonly failures: readonly string[];
  readonly found: Found;
}

/** No way was found: what each would have needed. */
function none({ login, address, failures, found }: Nothing): Failure {
  const { places, helper, netcat } = found;
  const usable = places.find((place) => place.usable);
  if (usable) {
    const helped = helper === undefined ? "not there" : serves(found, address) ? "not wanted" : `too old (${helper})`;
    return new Failure(
      "unsupported",
      `no way to libvirt's socket ${usable.path} is left: ${failures.join(", ") || "a forwarded socket is not wanted"}, virt-ssh-helper is ${helped}, ${address.parameters.netcat ?? "nc"} is ${netcat ? "not wanted" : "not there"}`,
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
