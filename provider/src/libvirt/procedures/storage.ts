/** Storage pools and volumes. */
import { flags, needResults, pool, volume } from "../objects";
import { bool, int, list, optional, string, struct, uhyper, uint, uuid } from "../xdr";
import { act, long, none, probe, receive, send } from "./declare";

export const storageProcedures = {
  connectFindStoragePoolSources: long(
    75,
    struct({ type: string, srcSpec: optional(string), flags }),
    struct({ xml: string }),
  ),
  connectListAllStoragePools: probe(
    281,
    struct({ needResults, flags }),
    struct({ pools: list(pool, 16384), ret: uint }),
  ),
  storagePoolLookupByName: probe(84, struct({ name: string }), struct({ pool })),
  storagePoolLookupByUuid: probe(85, struct({ uuid }), struct({ pool })),
  storagePoolLookupByVolume: probe(86, struct({ vol: volume }), struct({ pool })),
  storagePoolLookupByTargetPath: probe(391, struct({ path: string }), struct({ pool })),
  storagePoolDefineXml: act(77, struct({ xml: string, flags }), struct({ pool })),
  storagePoolCreateXml: long(76, struct({ xml: string, flags }), struct({ pool })),
  storagePoolBuild: long(79, struct({ pool, flags }), none),
  storagePoolCreate: long(78, struct({ pool, flags }), none),
  storagePoolDestroy: act(80, struct({ pool }), none),
  storagePoolDelete: long(81, struct({ pool, flags }), none),
  storagePoolUndefine: act(82, struct({ pool }), none),
  storagePoolRefresh: long(83, struct({ pool, flags }), none),
  storagePoolGetInfo: probe(
    87,
    struct({ pool }),
    struct({ state: uint, capacity: uhyper, allocation: uhyper, available: uhyper }),
  ),
  storagePoolGetXmlDesc: probe(88, struct({ pool, flags }), struct({ xml: string })),
  storagePoolGetAutostart: probe(89, struct({ pool }), struct({ autostart: bool })),
  storagePoolSetAutostart: act(90, struct({ pool, autostart: bool }), none),
  storagePoolIsActive: probe(154, struct({ pool }), struct({ active: bool })),
  storagePoolIsPersistent: probe(155, struct({ pool }), struct({ persistent: bool })),
  storagePoolListAllVolumes: probe(
    282,
    struct({ pool, needResults, flags }),
    struct({ vols: list(volume, 16384), ret: uint }),
  ),
  storageVolLookupByName: probe(95, struct({ pool, name: string }), struct({ vol: volume })),
  storageVolLookupByPath: probe(97, struct({ path: string }), struct({ vol: volume })),
  storageVolLookupByKey: probe(96, struct({ key: string }), struct({ vol: volume })),
  storageVolCreateXml: long(93, struct({ pool, xml: string, flags }), struct({ vol: volume })),
  storageVolCreateXmlFrom: long(125, struct({ pool, xml: string, clonevol: volume, flags }), struct({ vol: volume })),
  storageVolDelete: long(94, struct({ vol: volume, flags }), none),
  storageVolResize: long(260, struct({ vol: volume, capacity: uhyper, flags }), none),
  storageVolGetInfo: probe(98, struct({ vol: volume }), struct({ type: int, capacity: uhyper, allocation: uhyper })),
  storageVolGetInfoFlags: probe(
    378,
    struct({ vol: volume, flags }),
    struct({ type: int, capacity: uhyper, allocation: uhyper }),
  ),
  storageVolGetXmlDesc: probe(99, struct({ vol: volume, flags }), struct({ xml: string })),
  storageVolGetPath: probe(100, struct({ vol: volume }), struct({ name: string })),
  storageVolUpload: send(208, struct({ vol: volume, offset: uhyper, length: uhyper, flags }), none),
  storageVolDownload: receive(209, struct({ vol: volume, offset: uhyper, length: uhyper, flags }), none),
  storageVolWipe: long(165, struct({ vol: volume, flags }), none),
  storageVolWipePattern: long(259, struct({ vol: volume, algorithm: uint, flags }), none),
} as const;
