export type { Check, PresenceKey } from './checks.ts';
export type { Clock } from './clock.ts';
export { readHexWords } from './keys.ts';
export type { KeyClass, KeyCodec } from './keys.ts';
export type { Seed } from './keyed-hash.ts';
export type { Lifetimes } from './lifetimes.ts';
export { Presence, PRESENCE_DEFAULTS } from './presence.ts';
export type { PresenceLimits, PresenceOptions } from './presence.ts';
export type { CheckResult, Known, PresenceState } from './state.ts';
