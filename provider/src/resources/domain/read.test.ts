import { readDomain } from "./read";
import { fakeHost, fakeRun } from "./testing/host";

const id = "0a1b2c3d-4e5f-4a7b-9c8d-7e6f5a4b3c2d";

test.each([id, id.toUpperCase(), id.replaceAll("-", "")])(
  "a machine is imported by its UUID, said as %s",
  async (said) => {
    const fake = fakeHost();
    const xml = `<domain type='qemu'><name>vm</name><uuid>${id}</uuid><memory>65536</memory></domain>`;
    fake.machines.set(id, { xml, state: 5, reason: 1, autostart: false });
    const got = await readDomain(fake.context, fakeRun(), {
      urn: "urn:vm",
      name: "vm",
      id: said,
      inputs: undefined,
      outputs: undefined,
    });
    expect(got).toMatchObject({ id, inputs: { values: { uuid: id } } });
  },
);
