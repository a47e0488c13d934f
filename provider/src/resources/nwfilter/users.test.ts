import { fakeHost } from "../testing/host";
import { usersOf } from "./users";

const filters: Record<string, string> = {
  base: "<filter name='base'/>",
  web: "<filter name='web'><filterref filter='base'/></filter>",
  shop: "<filter name='shop'><rule action='drop' direction='in'/><filterref filter='web'/></filter>",
  round: "<filter name='round'><filterref filter='round'/></filter>",
};
const card = (dev: string, filter: string): string =>
  `<interface type='bridge'><target dev='${dev}'/><filterref filter='${filter}'/></interface>`;
const domains: Record<string, string> = {
  a: `<domain><devices>${card("vnet0", "base")}${card("vnet1", "other")}</devices></domain>`,
  b: `<domain><devices><interface type='user'/>${card("vnet2", "shop")}${card("vnet3", "round")}</devices></domain>`,
};
const { host } = fakeHost({
  connectListAllNwfilters: () => ({ filters: Object.keys(filters).map((name) => ({ name, uuid: name })) }),
  nwfilterGetXmlDesc: ({ nwfilter }) => ({ xml: filters[(nwfilter as { name: string }).name] }),
  connectListAllDomains: () => ({ domains: Object.keys(domains).map((name) => ({ name, uuid: name, id: 1 })) }),
  domainGetXmlDesc: ({ dom }) => ({ xml: domains[(dom as { name: string }).name] }),
});

test.each([
  [
    "cards that name it, and those that come to it by others",
    "base",
    ["domain a (card vnet0)", "domain b (card vnet2, by nwfilter shop)"],
  ],
  ["of one in the middle", "web", ["domain b (card vnet2, by nwfilter shop)"]],
  ["where filters include themselves", "round", ["domain b (card vnet3)"]],
  ["none", "nobody", []],
])("%s", async (_, filter, users) => {
  expect(await usersOf(host, filter, {})).toEqual(users);
});
