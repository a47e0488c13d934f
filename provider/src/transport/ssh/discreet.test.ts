import fc from "fast-check";
import { discreet } from "./discreet";

test.each([
  ["connect: --proxy-password hunter2 refused", "connect: --proxy-password … refused"],
  ["curl --token='hunter2 x' failed", "curl --token=… failed"],
  ["HTTP_PASSWORD=hunter2 nc: no route", "HTTP_PASSWORD=… nc: no route"],
  ["sshpass -p hunter2 ssh: exit 5", "sshpass -p … ssh: exit 5"],
  ["no proxy at http://ann:hunter2@proxy:3128/", "no proxy at http://…@proxy:3128/"],
])("%s", (said, told) => {
  expect(discreet(said, [])).toBe(told);
});

test.each([
  "root@alpha: Permission denied (publickey,password).",
  "ssh: connect to host alpha port 22: Connection refused",
  "Enter passphrase for key '/root/.ssh/id_rsa': ",
  "See https://example.org/help",
])("what holds no secret is told as it is: %s", (said) => {
  expect(discreet(said, [])).toBe(said);
});

test("a command is not shown, whatever its tokens stood for and whatever is in it", () => {
  expect(discreet("sh: 1: exec nc -a 'hunter2 alpha 22 (bad)", ["nc -a 'hunter2 %h %p"])).toBe("sh: 1: exec … (bad)");
  const words = fc.string({ minLength: 1 }).filter((text) => text.trim() !== "" && !text.includes("%"));
  fc.assert(
    fc.property(words, (text) => discreet(`<${text}>`, [text]) === "<…>" || text.includes("<") || text.includes(">")),
  );
});
