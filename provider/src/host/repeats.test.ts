import { Failure } from "../failure";
import type { Arguments, ProcedureName } from "../libvirt";
import { type Ask, settling } from "./repeats";

const uuid = "4239dfb9-df14-49c4-8996-b2a7b47e8523";
const dom = { name: "web", uuid, id: -1 };
const net = { name: "lan", uuid };
const pool = { name: "store", uuid };
const vol = { pool: "store", name: "disk", key: "" };

/** libvirt's own error, as the client makes it. */
const refused = (code: "missing" | "refused", number: number) =>
  new Failure(code, "no", { cause: { code: number, int1: 0 } });

interface World {
  is: boolean;
}
type Case = {
  [N in ProcedureName]: readonly [name: N, args: Arguments<N>, wanted: boolean, look: (world: World) => object];
}[ProcedureName];
/** Whoever looks for what is not there learns that it is missing. */
const found =
  (answer: object) =>
  ({ is }: World) => {
    if (!is) throw refused("missing", 42);
    return answer;
  };
const active = ({ is }: World) => ({ active: is });
const state = ({ is }: World) => ({ state: is ? 1 : 5, reason: 0, dom });

const cases: readonly Case[] = [
  ["domainCreateWithFlags", { dom }, true, state],
  ["domainDestroyFlags", { dom }, false, state],
  ["domainUndefineFlags", { dom }, false, found({ dom })],
  ["networkCreate", { net }, true, active],
  ["networkDestroy", { net }, false, active],
  ["networkUndefine", { net }, false, found({ net })],
  ["storagePoolCreate", { pool }, true, active],
  ["storagePoolDestroy", { pool }, false, active],
  ["storagePoolUndefine", { pool }, false, found({ pool })],
  ["storageVolDelete", { vol }, false, found({ name: "/store/disk" })],
];

describe.each(cases)("a lost %s", (name, args, wanted, look) => {
  /** Does it where it is not so yet and refuses it where it is, as libvirt does; counts how often it was done. */
  const world = (is: boolean) => {
    const here = { is, done: 0 };
    const ask = (async () => look(here)) as Ask;
    const act = async () => {
      if (here.is === wanted) throw refused("refused", 55);
      here.is = wanted;
      here.done++;
      return {} as never;
    };
    return { here, ask, act };
  };

  test("is made again where it was not carried out", async () => {
    const { here, ask, act } = world(!wanted);
    await settling(name, args as never)?.(ask, act);
    expect(here).toEqual({ is: wanted, done: 1 });
  });

  test("is answered without being made again where it was", async () => {
    const { here, ask, act } = world(wanted);
    await settling(name, args as never)?.(ask, act);
    expect(here).toEqual({ is: wanted, done: 0 });
  });

  test("is answered where it was carried out between the look and the second call", async () => {
    const { here, ask, act } = world(!wanted);
    await settling(name, args as never)?.(ask, async () => {
      await act();
      return act();
    });
    expect(here).toEqual({ is: wanted, done: 1 });
  });

  test("fails where the host refuses it", async () => {
    const { ask } = world(!wanted);
    const no = refused("refused", 1);
    await expect(settling(name, args as never)?.(ask, () => Promise.reject(no))).rejects.toBe(no);
  });
});

test("what counts up, or may stay half done, is never made again", () => {
  const never = ["domainAttachDeviceFlags", "networkUpdate", "storageVolCreateXml", "domainAgentCommand"] as const;
  for (const name of never) expect(settling(name, {} as never)).toBeUndefined();
});

test("what sets is made again once: a call that ends the daemon must not do so for ever", async () => {
  const again = jest.fn(() => Promise.reject(new Failure("lost", "gone")));
  const settled = settling("domainSetAutostart", { dom, autostart: true })?.((async () => ({})) as Ask, again);
  await expect(settled).rejects.toMatchObject({ code: "lost" });
  expect(again).toHaveBeenCalledTimes(1);
});
