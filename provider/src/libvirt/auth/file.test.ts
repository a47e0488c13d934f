import { credentialsFor } from "./file";

const text = `
# who logs in where
[credentials-test]
authname=fred
password = 12=34;56

[credentials-odd]
username=joe
password=\\sblank\\\\

[auth-libvirt-test1.example.com]
credentials=test

[auth-esx-test2.example.com]
credentials=test

[auth-libvirt-lost]
credentials=nobody

[auth-libvirt-default]
credentials=odd
`;

describe("libvirt's file of credentials", () => {
  test("a host has its own, taken as they stand", () => {
    expect(credentialsFor(text, "f", "test1.example.com")).toEqual({ username: "fred", password: "12=34;56" });
  });

  test("other hosts have the default, with escapes undone; another service's are not for us", () => {
    expect(credentialsFor(text, "f", "test2.example.com")).toEqual({ username: "joe", password: " blank\\" });
  });

  test("where there is no default either, there is nothing", () => {
    expect(credentialsFor(text.replace("libvirt-default", "esx-default"), "f", "x")).toEqual({});
  });

  test("a group that names no credentials is an error that names file and group", () => {
    expect(() => credentialsFor(text, "/etc/auth.conf", "lost")).toThrow(/\/etc\/auth\.conf: \[auth-libvirt-lost\]/);
  });
});
