/** Tests of this folder run an engine and boot machines under emulation: minutes, not jest's five seconds. */
jest.setTimeout(300_000);
