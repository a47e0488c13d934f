import { Failure } from "../../failure";
import { fakeHost, fakeRun } from "../testing/host";
import { mustHoldNothing } from "./contents";
import { drop } from "./steps";

const store = { name: "store", uuid: "u" };
const doomed = [{ deleteContents: true }, {}] as const;
const volume = (name: string, base?: string): string =>
  `<volume><name>${name}</name><capacity>1</capacity><target><path>/store/${name}</path><format type='qcow2'/></target>${base === undefined ? "" : `<backingStore><path>/store/${base}</path></backingStore>`}</volume>`;

/** A pool with two volumes, of which one is based on the other; `disk` is what the one domain uses. */
function storage(active: boolean, disk: string, directory = true) {
  const now = { active, defined: true, volumes: ["base", "top"] };
  const fake = fakeHost({
    storagePoolIsActive: () => ({ active: now.active }),
    storagePoolCreate: () => {
      if (!directory) throw new Failure("refused", "cannot open directory '/store': No such file or directory");
      now.active = true;
    },
    storagePoolDestroy: () => {
      now.active = false;
    },
    storagePoolListAllVolumes: () => {
      if (!now.active) throw new Failure("refused", "storage pool is not active");
      return { vols: now.volumes.map((name) => ({ pool: "store", name, key: `/store/${name}` })) };
    },
    storageVolGetXmlDesc: ({ vol }) => {
      const { name } = vol as { name: string };
      return { xml: volume(name, name === "top" ? "base" : undefined) };
    },
    storageVolDelete: ({ vol }) => {
      now.volumes = now.volumes.filter((name) => name !== (vol as { name: string }).name);
    },
    storagePoolDelete: () => {
      if (!directory) throw new Failure("refused", "failed to remove directory '/store': No such file or directory");
      if (now.volumes.length > 0) throw new Failure("refused", "Directory not empty");
    },
    storagePoolUndefine: () => {
      now.defined = false;
    },
    connectListAllStoragePools: () => ({ pools: now.active ? [store] : [] }),
    connectListAllDomains: ({ flags }) => ({ domains: flags === 0 ? [{ name: "web", uuid: "w", id: 1 }] : [] }),
    domainGetXmlDesc: () => ({
      xml: `<domain><devices><disk type='file'><source file='${disk}'/><target dev='vda'/></disk></devices></domain>`,
    }),
  });
  return { ...fake, now };
}

test.each([true, false])("nothing is deleted while a domain uses one of its volumes (active: %s)", async (active) => {
  const { host, now } = storage(active, "/store/top");
  await expect(drop(fakeRun().run, host, store, ...doomed)).rejects.toThrow(
    /pool store on host alpha: volumes in it are in use: store\/top \(domain web \(disk vda\)\)/,
  );
  expect(now).toEqual({ active, defined: true, volumes: ["base", "top"] });
});
test.each([true, false])("all goes where nobody uses it (active: %s)", async (active) => {
  const { host, now } = storage(active, "/elsewhere");
  await drop(fakeRun().run, host, store, ...doomed);
  expect(now).toEqual({ active: false, defined: false, volumes: [] });
});
test("a directory that is gone took the contents with it", async () => {
  const { host, now } = storage(false, "/elsewhere", false);
  await drop(fakeRun().run, host, store, ...doomed);
  expect(now.defined).toBe(false);
});

describe("a pool that is to be made anew", () => {
  const said = /^pool store on host alpha: .*holds volumes: base, top\. .*a resource of its own/;

  test.each([true, false])("is refused while it holds volumes, and is left as it was (active: %s)", async (active) => {
    const { host, now } = storage(active, "/elsewhere");
    await expect(mustHoldNothing(host, store, false, {})).rejects.toThrow(said);
    expect(now).toEqual({ active, defined: true, volumes: ["base", "top"] });
  });
  test.each([true, false])(
    "is looked at in a preview where it is active, and not started (active: %s)",
    async (active) => {
      const { host, names } = storage(active, "/elsewhere");
      const looked = await mustHoldNothing(host, store, true, {}).then(
        () => "",
        ({ message }: Failure) => message,
      );
      expect(looked).toMatch(active ? said : /^$/);
      expect(names()).not.toContain("storagePoolCreate");
    },
  );
  test("may go where nothing but lost+found is in it", async () => {
    const { host, now } = storage(true, "/elsewhere");
    now.volumes = ["lost+found"];
    await mustHoldNothing(host, store, false, {});
    now.volumes = [];
    await mustHoldNothing(host, store, false, {});
  });
});
