import type { Backend, Presence } from '@archeio/redirect';
import { rangeOffset } from '@archeio/request-handler';
import {
  type ConsideredBackend,
  type DecisionEvent,
  EVENT_SCHEMA,
} from '../../ipc/decision-event.ts';
import { freeText } from './free-text.ts';
import type { RecordedDecision } from './recorded-decision.ts';

/** Like `explain`: an answer that did not come in time says as little as none. */
function presenceOf(presence: Presence | undefined): ConsideredBackend['presence'] {
  switch (presence) {
    case undefined:
      return null;
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

function consideredOf({ considered, unasked }: RecordedDecision): ConsideredBackend[] {
  const last = new Map<Backend, Presence | undefined>(considered);
  return Array.from(last, ([backend, presence]) => ({
    backend: backend.name,
    presence: unasked.has(backend) ? null : presenceOf(presence),
  }));
}

/** @param wallOffset what the clock's milliseconds lack to those since 1970 */
export function eventOf(recorded: RecordedDecision, wallOffset: number): DecisionEvent {
  const { decision, facts, size, host, userAgent, client } = recorded;
  const { route } = facts;
  const content = 'name' in route ? route : undefined;
  return {
    event: 'decision',
    schema: EVENT_SCHEMA,
    time: new Date(recorded.began + wallOffset).toISOString(),
    host: host ? freeText(host.toLowerCase()) : null,
    method: recorded.method,
    rule: decision.rule,
    reason: decision.reason.code,
    kind: route.kind,
    name: content?.name ?? null,
    reference: referenceOf(recorded),
    considered: consideredOf(recorded),
    backend: decision.backend?.name ?? null,
    cloud: recorded.cloud ?? null,
    // A network of the configuration has no regions.
    region: recorded.region || null,
    status: recorded.status,
    durationMs: Math.round(recorded.milliseconds * 1000) / 1000,
    bytes: size < 0 ? null : size,
    rangeOffset: recorded.method === 'GET' ? rangeOffset(recorded.range, size) : 0,
    weight: recorded.weight,
    requestId: recorded.requestId ?? null,
    pullId: recorded.pull ?? null,
    traceId: recorded.traceId ?? null,
    userAgent: userAgent === undefined ? null : freeText(userAgent),
    ...(client !== undefined && { client }),
  };
}

function referenceOf({ facts: { route } }: RecordedDecision): string | null {
  switch (route.kind) {
    case 'manifest':
      return route.reference;
    case 'blob':
    case 'referrers':
      return route.digest;
    default:
      return null;
  }
}
