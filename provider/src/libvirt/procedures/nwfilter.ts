/** Network filters and where they are bound. */
import { flags, needResults, nwfilter, nwfilterBinding } from "../objects";
import { list, string, struct, uint, uuid } from "../xdr";
import { act, ask, none } from "./declare";

export const nwfilterProcedures = {
  connectListAllNwfilters: ask(
    286,
    struct({ needResults, flags }),
    struct({ filters: list(nwfilter, 16384), ret: uint }),
  ),
  nwfilterLookupByName: ask(175, struct({ name: string }), struct({ nwfilter })),
  nwfilterLookupByUuid: ask(176, struct({ uuid }), struct({ nwfilter })),
  nwfilterGetXmlDesc: ask(177, struct({ nwfilter, flags }), struct({ xml: string })),
  connectListAllNwfilterBindings: ask(
    401,
    struct({ needResults, flags }),
    struct({ bindings: list(nwfilterBinding, 16384), ret: uint }),
  ),
  nwfilterBindingLookupByPortDev: ask(397, struct({ name: string }), struct({ nwfilter: nwfilterBinding })),
  nwfilterBindingGetXmlDesc: ask(398, struct({ nwfilter: nwfilterBinding, flags }), struct({ xml: string })),
  nwfilterDefineXml: act(180, struct({ xml: string }), struct({ nwfilter })),
  nwfilterDefineXmlFlags: act(431, struct({ xml: string, flags }), struct({ nwfilter })),
  nwfilterUndefine: act(181, struct({ nwfilter }), none),
  nwfilterBindingCreateXml: act(399, struct({ xml: string, flags }), struct({ nwfilter: nwfilterBinding })),
  nwfilterBindingDelete: act(400, struct({ nwfilter: nwfilterBinding }), none),
} as const;
