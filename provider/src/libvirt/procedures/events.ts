/** Asking for events; `../events.ts` says which there are. */
import { device, domain, network, pool, secret } from "../objects";
import { int, optional, struct } from "../xdr";
import { ask, none } from "./declare";

export const eventsProcedures = {
  connectDomainEventCallbackRegisterAny: ask(
    316,
    struct({ eventID: int, dom: optional(domain) }),
    struct({ callbackID: int }),
  ),
  connectDomainEventCallbackDeregisterAny: ask(317, struct({ callbackID: int }), none),
  connectNetworkEventRegisterAny: ask(
    313,
    struct({ eventID: int, net: optional(network) }),
    struct({ callbackID: int }),
  ),
  connectNetworkEventDeregisterAny: ask(314, struct({ callbackID: int }), none),
  connectStoragePoolEventRegisterAny: ask(
    368,
    struct({ eventID: int, pool: optional(pool) }),
    struct({ callbackID: int }),
  ),
  connectStoragePoolEventDeregisterAny: ask(369, struct({ callbackID: int }), none),
  connectRegisterCloseCallback: ask(360, none, none),
  connectUnregisterCloseCallback: ask(361, none, none),
  connectNodeDeviceEventRegisterAny: ask(
    374,
    struct({ eventID: int, dev: optional(device) }),
    struct({ callbackID: int }),
  ),
  connectNodeDeviceEventDeregisterAny: ask(375, struct({ callbackID: int }), none),
  connectSecretEventRegisterAny: ask(
    380,
    struct({ eventID: int, secret: optional(secret) }),
    struct({ callbackID: int }),
  ),
  connectSecretEventDeregisterAny: ask(381, struct({ callbackID: int }), none),
} as const;
