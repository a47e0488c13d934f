/** Snapshots, checkpoints and backups. */
import { checkpoint, domain, flags, needResults, snapshot } from "../objects";
import { bool, int, list, optional, string, struct } from "../xdr";
import { act, ask, long, none, probe } from "./declare";

export const pointsProcedures = {
  domainListAllSnapshots: ask(
    274,
    struct({ dom: domain, needResults, flags }),
    struct({ snapshots: list(snapshot, 16384), ret: int }),
  ),
  domainSnapshotDelete: long(193, struct({ snap: snapshot, flags }), none),
  domainSnapshotGetXmlDesc: ask(186, struct({ snap: snapshot, flags }), struct({ xml: string })),
  domainListAllCheckpoints: ask(
    413,
    struct({ dom: domain, needResults, flags }),
    struct({ checkpoints: list(checkpoint, 16384), ret: int }),
  ),
  domainCheckpointDelete: act(417, struct({ checkpoint, flags }), none),
  domainSnapshotLookupByName: ask(189, struct({ dom: domain, name: string, flags }), struct({ snap: snapshot })),
  domainHasCurrentSnapshot: ask(190, struct({ dom: domain, flags }), struct({ result: bool })),
  domainSnapshotCurrent: ask(191, struct({ dom: domain, flags }), struct({ snap: snapshot })),
  domainSnapshotGetParent: ask(244, struct({ snap: snapshot, flags }), struct({ snap: snapshot })),
  domainSnapshotIsCurrent: ask(271, struct({ snap: snapshot, flags }), struct({ current: bool })),
  domainSnapshotHasMetadata: ask(272, struct({ snap: snapshot, flags }), struct({ metadata: bool })),
  domainSnapshotListAllChildren: ask(
    275,
    struct({ snapshot, needResults, flags }),
    struct({ snapshots: list(snapshot, 16384), ret: int }),
  ),
  domainCheckpointListAllChildren: ask(
    414,
    struct({ checkpoint, needResults, flags }),
    struct({ checkpoints: list(checkpoint, 16384), ret: int }),
  ),
  domainCheckpointLookupByName: ask(415, struct({ dom: domain, name: string, flags }), struct({ checkpoint })),
  domainCheckpointGetParent: ask(416, struct({ checkpoint, flags }), struct({ parent: checkpoint })),
  domainBackupGetXmlDesc: ask(422, struct({ dom: domain, flags }), struct({ xml: string })),
  domainCheckpointGetXmlDesc: probe(412, struct({ checkpoint, flags }), struct({ xml: string })),
  domainCheckpointCreateXml: act(411, struct({ dom: domain, xmlDesc: string, flags }), struct({ checkpoint })),
  domainBackupBegin: act(421, struct({ dom: domain, backupXml: string, checkpointXml: optional(string), flags }), none),
  domainSnapshotCreateXml: long(185, struct({ dom: domain, xmlDesc: string, flags }), struct({ snap: snapshot })),
  domainRevertToSnapshot: long(192, struct({ snap: snapshot, flags }), none),
} as const;
