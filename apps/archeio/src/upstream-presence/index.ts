export type { ContentKey, ContentKind } from './content-keys.ts';
export { UpstreamPresence } from './upstream-presence.ts';
export type { LearnedAtUpstream, UpstreamPresenceOptions } from './upstream-presence.ts';
