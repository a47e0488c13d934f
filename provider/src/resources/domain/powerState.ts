/** Whether a machine runs, in libvirt's numbers and in words. */

export interface Power {
  readonly state: "running" | "stopped" | "paused";
  /** Paused by libvirt or QEMU themselves (an I/O error, a migration, a save), not by a person. */
  readonly byLibvirt: boolean;
  /** Paused for a fault: it does not go on by itself. What libvirt paused for anything else is in a job of its own. */
  readonly fault?: boolean;
  /** It runs, and is on its way down. */
  readonly stopping?: boolean;
  /** In words, where there is more to say than the state: `paused by an I/O error`, `crashed`. */
  readonly why: string;
}

/** virDomainState; a guest that suspended itself (7) still runs as its owner wants it. */
const STATE = { paused: 3, shutdown: 4, shutoff: 5, crashed: 6 } as const;
const byUser = [0, 1, 7];
const faults = [5, 6, 10, 13, 14];
/** virDomainPausedReason */
const pausedFor: Readonly<Record<number, string>> = {
  0: "paused",
  1: "paused by somebody",
  2: "paused for a migration",
  3: "paused while it is saved",
  4: "paused while its memory is dumped",
  5: "paused by an I/O error: see whether the host's disk is full",
  6: "paused by its watchdog",
  7: "paused, as the snapshot was that it comes from",
  8: "paused while it shuts down",
  9: "paused for a snapshot",
  10: "paused because the guest crashed",
  11: "paused while it starts",
  12: "paused for a post-copy migration",
  13: "paused by a post-copy migration that failed",
  14: "paused because a call of libvirt failed half-way",
};
/** virDomainShutoffReason */
const stoppedFor: Readonly<Record<number, string>> = {
  1: "the guest shut down",
  2: "somebody switched it off",
  3: "it crashed",
  4: "it was migrated to another host",
  5: "it was saved to a file",
  6: "it failed to start",
  7: "it was reverted to a snapshot of the stopped machine",
  8: "the libvirt daemon lost it",
};

/** What libvirt's numbers mean. */
export function power({ state, reason }: { state: number; reason: number }): Power {
  if (state === STATE.paused)
    return {
      state: "paused",
      byLibvirt: !byUser.includes(reason),
      fault: faults.includes(reason),
      why: pausedFor[reason] ?? "paused",
    };
  if (state === STATE.crashed) return { state: "stopped", byLibvirt: true, fault: true, why: "it crashed" };
  if (state === STATE.shutoff)
    return { state: "stopped", byLibvirt: false, fault: false, why: stoppedFor[reason] ?? "it is stopped" };
  const stopping = state === STATE.shutdown;
  return { state: "running", byLibvirt: false, fault: false, stopping, why: stopping ? "it shuts down" : "it runs" };
}
