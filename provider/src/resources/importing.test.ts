import type { Host } from "../host/host";
import type { Context } from "./context";
import { importLine } from "./importing";
import { contextOf } from "./testing/context";

const context = (...names: string[]): Context => contextOf(names);
const host = { name: "alpha" } as Host;

test("the line names the resource of the program, and what of which host it is", () => {
  expect(importLine(context(), "kvm:index:Pool", "store", host, "default")).toBe(
    "`pulumi import kvm:index:Pool store default`",
  );
  expect(importLine(context("alpha", "beta"), "kvm:index:Volume", "root", host, "p/v.qcow2")).toBe(
    "`pulumi import kvm:index:Volume root alpha:p/v.qcow2`",
  );
});
test("what a shell would take apart is quoted", () => {
  expect(importLine(context(), "kvm:index:Volume", "it's", host, "p/a b")).toBe(
    "`pulumi import kvm:index:Volume 'it'\\''s' 'p/a b'`",
  );
});
