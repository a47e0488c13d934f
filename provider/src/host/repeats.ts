/** What becomes of a call whose answer was lost with the connection: which may be made again, and how to see that it need not be. */
import { asFailure } from "../failure";
import { type Arguments, type ProcedureName, type Results, remoteErrorOf } from "../libvirt";

/** Asks the host. */
export type Ask = <N extends ProcedureName>(name: N, args: Arguments<N>) => Promise<Results<N>>;

/** The answer of a call that was carried out; undefined where it was not, or where doing it twice comes to the same. */
type Look<N extends ProcedureName> = (ask: Ask, args: Arguments<N>) => Promise<Results<N> | undefined>;

const sameTwice = async (): Promise<undefined> => undefined;

/** Whether a look finds nothing any more. */
const gone = (look: Promise<unknown>): Promise<boolean> =>
  look.then(
    () => false,
    (thrown: unknown) => {
      if (asFailure(thrown).code !== "missing") throw thrown;
      return true;
    },
  );
const off = async (state: Promise<{ state: number }>): Promise<boolean> => OFF.includes((await state).state);
/** virDomainState: shut off, crashed */
const OFF = [5, 6];
const doneIf = async (is: boolean | Promise<boolean>): Promise<Record<never, never> | undefined> =>
  (await is) ? {} : undefined;

/**
 * What is not here is never made again: it counts up (a device is plugged in, an entry is put into a network), it is heard but once
 * (by a guest), or half of it may have stayed (data are copied, a volume is made: after a restart nothing tells half a volume from a whole
 * one). Whoever makes such a call knows what to do.
 */
const looks: { readonly [N in ProcedureName]?: Look<N> } = {
  domainDefineXmlFlags: sameTwice,
  domainSetAutostart: sameTwice,
  domainSetMemoryFlags: sameTwice,
  domainSetMemoryStatsPeriod: sameTwice,
  domainSetVcpusFlags: sameTwice,
  domainSetMetadata: sameTwice,
  domainBlockResize: sameTwice,
  networkDefineXml: sameTwice,
  networkSetAutostart: sameTwice,
  storagePoolDefineXml: sameTwice,
  storagePoolSetAutostart: sameTwice,
  storagePoolRefresh: sameTwice,
  secretDefineXml: sameTwice,
  secretSetValue: sameTwice,

  domainCreateWithFlags: async (ask, { dom }) =>
    (await off(ask("domainGetState", { dom }))) ? undefined : ask("domainLookupByUuid", { uuid: dom.uuid }),
  domainDestroyFlags: async (ask, { dom }) => doneIf(off(ask("domainGetState", { dom }))),
  domainUndefineFlags: async (ask, { dom }) => doneIf(gone(ask("domainLookupByUuid", { uuid: dom.uuid }))),
  networkCreate: async (ask, { net }) => doneIf((await ask("networkIsActive", { net })).active),
  networkDestroy: async (ask, { net }) => doneIf(!(await ask("networkIsActive", { net })).active),
  networkUndefine: async (ask, { net }) => doneIf(gone(ask("networkLookupByUuid", { uuid: net.uuid }))),
  storagePoolCreate: async (ask, { pool }) => doneIf((await ask("storagePoolIsActive", { pool })).active),
  storagePoolDestroy: async (ask, { pool }) => doneIf(!(await ask("storagePoolIsActive", { pool })).active),
  storagePoolUndefine: async (ask, { pool }) => doneIf(gone(ask("storagePoolLookupByUuid", { uuid: pool.uuid }))),
  secretUndefine: async (ask, { secret }) => doneIf(gone(ask("secretLookupByUuid", { uuid: secret.uuid }))),
  storageVolDelete: async (ask, { vol }) => doneIf(gone(ask("storageVolGetPath", { vol }))),
};

/**
 * Settles a call whose answer was lost: with the answer, where the host shows that it was carried out, else by making it again. Once:
 * a call that ends the daemon must not end it for ever. Undefined where nobody can tell what became of it.
 */
export function settling<N extends ProcedureName>(
  name: N,
  args: Arguments<N>,
): ((ask: Ask, again: () => Promise<Results<N>>) => Promise<Results<N>>) | undefined {
  const look = looks[name] as Look<N> | undefined;
  if (!look) return undefined;
  return async (ask, again) => {
    const before = await look(ask, args);
    if (before) return before;
    try {
      return await again();
    } catch (thrown) {
      // A connection can end before the call that it brought: then that one came first, and this one is refused.
      const meanwhile = remoteErrorOf(thrown) ? await look(ask, args).catch(() => undefined) : undefined;
      if (meanwhile) return meanwhile;
      throw thrown;
    }
  };
}
