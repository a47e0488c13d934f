/** The tables against what libvirt's own protocol files say. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { events, SOURCES } from "./events";
import { PROGRAM, procedures } from "./procedures";

/** What libvirt says of one number. */
interface Fact {
  readonly name: string;
  readonly takes: string;
  readonly gives: string;
}
const facts = new Map<string, Fact>();
for (const line of readFileSync(join(__dirname, "testing/protocol.txt"), "utf8").split("\n")) {
  const [, program, number, name, takes, gives] = /^(remote|qemu) (\d+) (\w+) : ?(.*?) ?: ?(.*)$/.exec(line) ?? [];
  if (program === undefined || name === undefined || takes === undefined || gives === undefined) continue;
  facts.set(`${PROGRAM[program as keyof typeof PROGRAM]}/${number}`, { name, takes, gives });
}

test.each(Object.entries(procedures))("%s is as in libvirt 11.3", (name, { program, number, args, ret }) => {
  expect({ name, takes: args.layout, gives: ret.layout }).toEqual(facts.get(`${program}/${number}`));
});

test.each(Object.entries(events))("the event %s is as in libvirt 11.3", (_name, { from, number, message }) => {
  expect({ takes: message.layout, gives: "event" }).toEqual({
    takes: facts.get(`${SOURCES[from].program}/${number}`)?.takes,
    gives: facts.get(`${SOURCES[from].program}/${number}`)?.gives,
  });
});
