import type { Backend, Presence } from '@archeio/redirect';
import { rangeOffset } from '@archeio/request-handler';
import {
  type ConsideredBackend,
  type DecisionEvent,
  EVENT_SCHEMA,
} from '../../ipc/decision-event.ts';
import { reportedPresence } from '../reported-presence.ts';
import { freeText } from './free-text.ts';
import type { RecordedDecision } from './recorded-decision.ts';

function consideredOf({ considered, unasked }: RecordedDecision): ConsideredBackend[] {
  const last = new Map<Backend, Presence | undefined>(considered);
  return Array.from(last, ([backend, presence]) => ({
    backend: backend.name,
    presence: presence === undefined || unasked.has(backend) ? null : reportedPresence(presence),
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
