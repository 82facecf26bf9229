import type { ConfigurationSource } from '@archeio/configuration';
import type { Decision } from '@archeio/redirect';
import type { DecisionEvent } from '../../../ipc/decision-event.ts';
import { assembled, incoming, SOURCE } from '../../../worker/testing/assembled.ts';
import { EventObserver, type EventObserverDependencies } from '../event-observer.ts';
import { eventOf } from '../event-line.ts';

/** A request, as far as events tell requests apart. */
export interface Asked {
  readonly path: string;
  readonly from?: string;
  readonly method?: string;
  readonly host?: string;
  readonly headers?: readonly string[];
  readonly requestId?: string;
  readonly pull?: string;
  readonly traceId?: string;
}

/** 2026-11-28T00:00:00Z; the test's clock starts at 0. */
export const MIDNIGHT = Date.UTC(2026, 10, 28);

/** A handler whose decisions are recorded as events. */
export function recording(
  events: Partial<EventObserverDependencies['events']> = {},
  source: ConfigurationSource = SOURCE,
  random: () => number = () => 0,
) {
  const parts = assembled(source);
  const recorded: DecisionEvent[] = [];
  const unchecked = new Set(
    (source.stores ?? []).filter(({ check }) => check === 'none').map(({ name }) => name),
  );
  const observer = new EventObserver({
    events: { sample: 1, always: [], client: 'none', ...events },
    places: parts.places.places,
    unasked: new Set(parts.policy.stores.filter(({ name }) => unchecked.has(name))),
    random,
    sender: { add: (each) => recorded.push(eventOf(each, MIDNIGHT)) },
  });
  /** The answer's status may differ from the decision's, if the test says so. */
  const ask = async (asked: Asked, status?: number): Promise<Decision> => {
    const { path, from = '203.0.113.7', method = 'GET', host = 'k8s.example' } = asked;
    const { headers = [], requestId, pull, traceId } = asked;
    const request = { ...incoming(path, from, method), host };
    const observation = observer.observe({
      incoming: request,
      headers,
      began: parts.clock.now(),
      requestId,
      pull,
      traceId,
    });
    const decision = await parts.handler.decide({ ...request, observation });
    observation?.answered(status ?? decision.status, 1.23456);
    return decision;
  };
  return { ...parts, observer, recorded, ask };
}
