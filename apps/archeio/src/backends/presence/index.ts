export type { ContentKey, ContentKind } from './content-keys.ts';
export { ASKED_A_MINUTE, UpstreamPresence } from './upstream-presence.ts';
export type { LearnedAtUpstream, UpstreamPresenceOptions } from './upstream-presence.ts';
