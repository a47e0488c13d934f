/** Real guests are started, paused and stopped, each way that there is. */
import { pause, powerOf, resume, start, stop } from "../../provider/src/resources/domain/power";
import { waitFor } from "../../provider/src/resources/domain/wait";
import { define, type Guest, ownHost, remove, running } from "./guests";

jest.setTimeout(240_000);
const { host, close } = ownHost();
let guest: Guest;
const state = async (): Promise<string> => (await powerOf(host, guest.uuid, {})).state;
const boot = async (): Promise<void> => {
  const run = running();
  const booting = await start(run, host, guest.uuid);
  const { reasons } = await waitFor(run, host, { ...guest, booting }, { agent: true });
  expect(reasons).toEqual([]);
};
beforeAll(async () => {
  guest = await define(host, "power-1", 16);
});
afterAll(async () => {
  await remove(host, guest);
  await close();
});

test("paused and resumed, and what is so already is a success", async () => {
  const run = running();
  expect(await start(run, host, guest.uuid, { paused: true })).toBe(true);
  expect(await state()).toBe("paused");
  await pause(run, host, guest.uuid);
  await resume(run, host, guest.uuid);
  await resume(run, host, guest.uuid);
  expect(await state()).toBe("running");
  expect(await start(run, host, guest.uuid)).toBe(false);
  await pause(run, host, guest.uuid);
  // To start what is paused is to let it go on.
  expect(await start(run, host, guest.uuid)).toBe(false);
  expect(await state()).toBe("running");
});

test("a guest that does not hear is switched off in time", async () => {
  // It still boots: nobody answers there.
  const run = running();
  await stop(run, host, guest.uuid, { timeout: 1 });
  expect(await powerOf(host, guest.uuid, {})).toMatchObject({ state: "stopped", why: "somebody switched it off" });
  expect(run.said).toContainEqual(expect.stringContaining("pressed the power button"));
  await stop(run, host, guest.uuid, {});
  await expect(pause(run, host, guest.uuid)).rejects.toMatchObject({ code: "refused" });
});

test("the agent shuts it down; several that ask at once all succeed", async () => {
  await boot();
  const run = running();
  // Emulated on a busy machine, a guest may take longer than the half minute that it has by default.
  const patient = { timeout: 240 };
  await Promise.all([
    stop(run, host, guest.uuid, patient),
    stop(run, host, guest.uuid, patient),
    stop(run, host, guest.uuid, patient),
  ]);
  expect(await powerOf(host, guest.uuid, {})).toMatchObject({ state: "stopped", why: "the guest shut down" });
  expect(run.said.some((text) => text.includes("asked the guest agent"))).toBe(true);
  expect(run.said).not.toContain("switching it off");
});

test("the power button alone shuts it down, also when it was paused", async () => {
  await boot();
  const run = running();
  await pause(run, host, guest.uuid);
  await stop(run, host, guest.uuid, { method: "acpi", timeout: 180 });
  expect(await powerOf(host, guest.uuid, {})).toMatchObject({ state: "stopped", why: "the guest shut down" });
  expect(run.said.join("\n")).not.toContain("agent");
});

test("several that start it at once all succeed; force switches off at once; Ctrl-C ends the waiting", async () => {
  const run = running();
  await Promise.all([start(run, host, guest.uuid), start(run, host, guest.uuid), start(run, host, guest.uuid)]);
  expect(await state()).toBe("running");
  const cancelled = running();
  const stopping = stop(cancelled, host, guest.uuid, { method: "acpi", timeout: 180 });
  await cancelled.seen(/pressed the power button/);
  cancelled.stop();
  await expect(stopping).rejects.toMatchObject({ code: "cancelled" });
  await stop(run, host, guest.uuid, { method: "force" });
  expect(run.said).toContain("switching it off");
  expect(await state()).toBe("stopped");
});
