/** The structures that libvirt's procedures and events share. */
import { Failure } from "../failure";
import {
  bool,
  charList,
  double,
  hyper,
  int,
  list,
  opaque,
  optional,
  string,
  struct,
  type Type,
  text,
  uhyper,
  uint,
  uuid,
  withDefault,
} from "./xdr";

/** A set of libvirt's flags; 0 when not given. */
export const flags = withDefault(uint, 0);
/** Whether a list's elements are wanted or only their number; wanted when not given. */
export const needResults = withDefault(int, 1);

/** A field that names the object for people: libvirt's daemon finds the object without it. */
const forPeople = withDefault(string, "");

/** A domain: its UUID is enough to address it. `id` is -1 while it does not run. */
export const domain = struct({ name: forPeople, uuid, id: withDefault(int, -1) });
export const network = struct({ name: forPeople, uuid });
export const pool = struct({ name: forPeople, uuid });
/** A volume: `pool` (the pool's name) and `name` are enough to address it. Both `name` and `key` are a file's, in whatever encoding. */
export const volume = struct({ pool: string, name: text, key: withDefault(text, "") });
export const secret = struct({ uuid, usageType: withDefault(int, 0), usageID: forPeople });
export const snapshot = struct({ name: string, dom: domain });
export const checkpoint = struct({ name: string, dom: domain });
export const port = struct({ net: network, uuid });
export const device = struct({ name: string });
export const nwfilter = struct({ name: forPeople, uuid });
export const nwfilterBinding = struct({ portdev: string, filtername: forPeople });
/** A network interface of the host. */
export const hostInterface = struct({ name: string, mac: forPeople });

export const memoryStat = struct({ tag: int, val: uhyper });
export const nodeStat = struct({ field: string, value: uhyper });
/** `state`: 0 offline, 1 running, 2 blocked; `cpuTime` in ns; `cpu` is the host's, -1 when on none. */
export const vcpuInfo = struct({ number: uint, state: int, cpuTime: uhyper, cpu: int });
export const iothreadInfo = struct({ iothreadId: uint, cpumap: opaque(2048) });
export const filesystemInfo = struct({
  mountpoint: string,
  name: string,
  fstype: string,
  devAliases: list(string, 256),
});
export const securityLabel = struct({ label: charList(4097), enforcing: bool });
export const diskError = struct({ disk: string, error: int });
/** `type` is 0 for IPv4 and 1 for IPv6. */
export const domainInterface = struct({
  name: string,
  hwaddr: optional(string),
  addrs: list(struct({ type: int, addr: string, prefix: uint }), 2048),
});
/** `expirytime` is in seconds since the epoch. */
export const dhcpLease = struct({
  iface: string,
  expirytime: hyper,
  type: int,
  mac: optional(string),
  iaid: optional(string),
  ipaddr: string,
  prefix: uint,
  hostname: optional(string),
  clientid: optional(string),
});

/** One of libvirt's typed parameters: its name and a value of the type it says. */
export type Parameter =
  | { readonly field: string; readonly type: "int" | "uint" | "double"; readonly value: number }
  | { readonly field: string; readonly type: "llong" | "ullong"; readonly value: bigint }
  | { readonly field: string; readonly type: "boolean"; readonly value: boolean }
  | { readonly field: string; readonly type: "string"; readonly value: string };

/** In the order of libvirt's numbers, which start with 1. */
const PARAMETER_TYPES = ["int", "uint", "llong", "ullong", "double", "boolean", "string"] as const;
const parameterValues = {
  int,
  uint,
  llong: hyper,
  ullong: uhyper,
  double,
  boolean: bool,
  string,
} satisfies Record<Parameter["type"], Type<unknown, never>>;

export const parameter: Type<Parameter> = {
  layout: `${string.layout} typed`,
  read: (from) => {
    const field = string.read(from);
    const number = int.read(from);
    const type = PARAMETER_TYPES[number - 1];
    if (!type) throw new Failure("protocol", `the daemon sent parameter ${field} of the unknown type ${number}`);
    return { field, type, value: parameterValues[type].read(from) } as Parameter;
  },
  write: (to, { field, type, value }) => {
    string.write(to, field);
    int.write(to, PARAMETER_TYPES.indexOf(type) + 1);
    parameterValues[type].write(to, value as never);
  },
};

export const statsRecord = struct({ dom: domain, params: list(parameter, 262_144) });
