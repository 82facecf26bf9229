import { parseAddr } from '@archeio/netip';
import type { Backend, Facts, Presence } from '@archeio/redirect';
import type { ConsideredBackend, DecisionEvent } from '../../../ipc/decision-event.ts';
import type { Assembled } from '../../../worker/testing/assembled.ts';
import { incoming } from '../../../worker/testing/assembled.ts';

/** A request to record. */
export interface Asked {
  readonly target: string;
  readonly address: string;
  readonly method: string;
  readonly host: string;
}

/** What an event says of a presence. */
function recordedPresence(presence: Presence | undefined): ConsideredBackend['presence'] {
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

function referenceOf({ route }: Facts): string | null {
  if ('reference' in route) return route.reference;
  return 'digest' in route ? route.digest : null;
}

/** The event for a request that the handler answers. Asks the stores, as the handler does. */
export async function recordDecision(
  parts: Assembled,
  { target, address, method, host }: Asked,
  bytes: number | null,
  weight = 1,
): Promise<DecisionEvent> {
  const { rule, reason, status, backend } = await parts.handler.decide(
    incoming(target, address, method, host),
  );
  const considered: ConsideredBackend[] = [];
  const recorder = {
    candidate: ({ name }: Backend, presence: Presence | undefined): void =>
      void considered.push({ backend: name, presence: recordedPresence(presence) }),
  };
  // The final plan again: nothing has changed since.
  const { facts } = await parts.handler.explain(
    { method, target, host },
    parseAddr(address),
    false,
    recorder,
  );
  // The address is read only where the answer may depend on it.
  const isPlaceRead = 'name' in facts.route && rule !== 'R6';
  const place = isPlaceRead ? parts.places.lookup(parseAddr(address)) : undefined;
  return {
    event: 'decision',
    schema: 1,
    time: new Date(parts.clock.now()).toISOString(),
    host: host.toLowerCase(),
    method,
    rule,
    reason: reason.code,
    kind: facts.route.kind,
    name: 'name' in facts.route ? facts.route.name : null,
    reference: referenceOf(facts),
    considered,
    backend: backend?.name ?? null,
    cloud: place?.cloud ?? null,
    region: place?.region ?? null,
    status,
    durationMs: 0.123,
    bytes,
    rangeOffset: 0,
    weight,
    requestId: null,
    pullId: null,
    traceId: null,
    userAgent: null,
  };
}
