export type { Check, PresenceKey } from './checks.ts';
export type { Clock } from './clock.ts';
export { createPresence } from './create-presence.ts';
export type { CreatePresenceOptions } from './create-presence.ts';
export { readHexWords } from './keys.ts';
export type { KeyClass, KeyCodec } from './keys.ts';
export type { Seed } from './keyed-hash.ts';
export type { Lifetimes } from './lifetimes.ts';
export { MONOTONIC_CLOCK } from './monotonic-clock.ts';
export { Presence, PRESENCE_DEFAULTS } from './presence.ts';
export type { PresenceLimits, PresenceOptions } from './presence.ts';
export { randomSeed } from './random-seed.ts';
export { SharedChecks } from './shared-checks.ts';
export type {
  Lease,
  Look,
  SharedCheck,
  SharedChecksOptions,
  SharedMemory,
  SharedOther,
  SharedOutcome,
} from './shared-checks.ts';
export { decodeValue, encodeLease, encodeResult } from './shared-values.ts';
export type { SharedValue } from './shared-values.ts';
export type { CheckResult, Known, PresenceState } from './state.ts';
export { textKeys } from './text-keys.ts';
