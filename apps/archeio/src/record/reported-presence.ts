import type { Presence } from '@archeio/redirect';

/**
 * Presence as events and spans report it. Like `explain`: an answer that did not come in time says as little as none, and
 * one that will be asked again is still an answer.
 */
export function reportedPresence(presence: Presence): 'present' | 'absent' | 'unknown' {
  switch (presence) {
    case 'present':
    case 'stale':
      return 'present';
    case 'absent':
      return 'absent';
    case 'unknown':
    case 'unasked':
      return 'unknown';
  }
}
