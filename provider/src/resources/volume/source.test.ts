import { asset } from "../../plugin/resource";
import { contextOf } from "../testing/context";
import { fakeRun } from "../testing/host";
import { volume } from "./index";
import { withoutSecrets } from "./source";

const secretsOf = async (source: object) => {
  const news = { values: { pool: "data", name: "disk", source }, secrets: [] } as never;
  const request = { urn: "urn:a", name: "disk", olds: undefined, news, autonaming: undefined };
  return (await volume(contextOf()).check(fakeRun().run, request)).inputs.secrets;
};

test.each([
  ["a password", { url: "https://me:secret@mirror/image" }, [["source", "url"]]],
  ["a password with an @", { url: "https://me:s@cret@mirror/image" }, [["source", "url"]]],
  ["a signature", { url: "https://bucket/image?X-Amz-Signature=0123" }, [["source", "url"]]],
  ["one in an asset", { asset: { [asset]: { uri: "https://me:secret@mirror/image" } } }, [["source", "asset"]]],
  ["nothing of that", { url: "https://mirror/user@home/image" }, []],
])("a URL with %s is a secret from Check on", async (_what, source, secrets) => {
  expect(await secretsOf(source)).toEqual(secrets);
});
test("messages name where it is, and not with what", () => {
  expect(withoutSecrets("https://me:s@cret@mirror/image?sig=1")).toBe("https://mirror/image");
});
