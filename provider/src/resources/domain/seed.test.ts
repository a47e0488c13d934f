import fc from "fast-check";
import { unknown } from "../../unknown";
import { checkCloudInit, discOf } from "./seed";

describe("checkCloudInit", () => {
  test.each([
    "#cloud-config\npackages: [nginx]\n",
    "#cloud-config",
    "#!/bin/sh\necho hello\n",
    "#include\nhttps://example.org/data\n",
    "#cloud-config-archive\n- {}\n",
    "## template: jinja\n#cloud-config\n",
    'Content-Type: multipart/mixed; boundary="x"\nMIME-Version: 1.0\n',
    "",
  ])("takes %j", (userData) => expect(checkCloudInit({ userData })).toEqual([]));

  test.each(["packages: [nginx]\n", "# cloud-config\n", "#cloudconfig\n", "#cloud-configuration\n", "hello"])(
    "refuses %j, which cloud-init would pass over",
    (userData) => {
      const failures = checkCloudInit({ userData });
      expect(failures.map(({ property }) => property)).toEqual([["cloudInit", "userData"]]);
      expect(failures[0]?.reason).toContain("must start with");
    },
  );

  test.each(["\n#cloud-config\n", "  #!/bin/sh\n", "\ufeff#cloud-config\n"])(
    "says what is before the first line of %j",
    (userData) => expect(checkCloudInit({ userData })[0]?.reason).toContain("before its first line"),
  );

  test("what is not known yet is no fault", () => {
    expect(
      checkCloudInit({ userData: unknown, vendorData: unknown, instanceId: unknown, metaData: "instance-id: a" }),
    ).toEqual([]);
  });

  test("an instance id is said once, and is a word", () => {
    expect(checkCloudInit({ instanceId: "i-1", metaData: "instance-id: i-2\n" })).toHaveLength(1);
    expect(checkCloudInit({ instanceId: "i 1" })[0]?.property).toEqual(["cloudInit", "instanceId"]);
    expect(checkCloudInit({ instanceId: "i-1", metaData: "local-hostname: web\n" })).toEqual([]);
  });

  test("never quotes the data, which may hold secrets", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{12,40}$/), (secret) => {
        const failures = checkCloudInit({
          userData: `password: ${secret}`,
          metaData: `instance-id: ${secret}`,
          instanceId: "x",
        });
        expect(failures.length).toBeGreaterThan(0);
        expect(JSON.stringify(failures)).not.toContain(secret);
      }),
    );
  });
});

describe("the disc", () => {
  const uuid = "aaaaaaaa-bbbb-8ccc-8ddd-eeeeeeeeeeee";
  const data = { userData: "#cloud-config\npassword: hunter2\n" };

  test("is the same for the same content, and has another name for any other", () => {
    const one = discOf(uuid, "web", data, "owner");
    expect(discOf(uuid, "web", data, "owner")).toEqual(one);
    const others = [
      discOf(uuid, "web", { ...data, instanceId: "i-2" }, "owner"),
      discOf(uuid, "web", { ...data, vendorData: "#cloud-config\n" }, "owner"),
      discOf(uuid, "web", { userData: `${data.userData}#` }, "owner"),
      discOf(uuid.replace("a", "b"), "web", data, "owner"),
      discOf(uuid, "web", data, "another owner"),
    ];
    expect(new Set([one, ...others].map(({ file }) => file)).size).toBe(6);
  });

  test("holds the data as given, with the machine's id and name", () => {
    const { bytes, file } = discOf(uuid, "web", data, "owner");
    expect(file).toMatch(/^web-[0-9a-f]{12}\.seed\.iso$/);
    expect(bytes.includes(data.userData)).toBe(true);
    expect(bytes.includes(`instance-id: "${uuid}"`)).toBe(true);
    expect(bytes.includes('local-hostname: "web"')).toBe(true);
  });
});
