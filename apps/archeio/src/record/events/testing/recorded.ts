import { type Backend, makeFacts } from '@archeio/redirect';
import { assembled, incoming } from '../../../worker/testing/assembled.ts';
import type { RecordedDecision } from '../recorded-decision.ts';

const decision = await assembled().handler.decide(incoming('/nothing', '192.0.2.1'));

/** A request for a path outside the API. */
export const ELSEWHERE_FACTS: RecordedDecision = Object.freeze({
  began: 0,
  host: 'k8s.example',
  method: 'GET',
  decision,
  facts: makeFacts('GET', '/nothing', -1, 0),
  considered: [],
  size: -1,
  cloud: undefined,
  region: undefined,
  status: 404,
  milliseconds: 1,
  range: undefined,
  weight: 1,
  requestId: undefined,
  pull: undefined,
  traceId: undefined,
  userAgent: undefined,
  client: undefined,
  unasked: new Set<Backend>(),
});
