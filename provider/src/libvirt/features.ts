/** What a daemon can be asked whether it can do it (`VIR_DRV_FEATURE_*`). */

export const FEATURE = {
  migrationV3: 6,
  migrateChangeProtection: 7,
  keepalive: 10,
  migrationParameters: 13,
  eventCallbacks: 14,
  closeCallback: 15,
  networkUpdateOrder: 16,
} as const;

export type Feature = (typeof FEATURE)[keyof typeof FEATURE];
