import { ManualClock } from '@archeio/presence/testing';
import { DecisionRecord } from '../apps/archeio/src/metrics/decision-record.ts';
import { WorkerMetrics } from '../apps/archeio/src/metrics/worker-metrics.ts';
import { shippedRanges } from '../apps/archeio/src/configuration/shipped.ts';
import {
  blob,
  incoming,
  assembled,
  PRESENT,
} from '../apps/archeio/src/worker/testing/assembled.ts';

/**
 * What counting adds to a decision: times a decision from memory and the counting alone, on the same runtime, and
 * shows whether counting leaves garbage. `node bench/counting.ts` or `bun bench/counting.ts`.
 */
const ROUNDS = 7;
const EACH = 200_000;

const { handler, checker, policy } = assembled();
checker.answers.set('https://', PRESENT);
const asked = incoming(blob(1), '35.180.1.1');
const decision = await handler.decide(asked);

const ranges = shippedRanges();
const metrics = new WorkerMetrics(new ManualClock());
const record = new DecisionRecord({
  log: { error: () => undefined },
  metrics,
  backends: policy.backends,
  places: ranges.places,
});
const [upstream] = policy.registries[0].upstreams;
const facts = ranges.places.map((_, place) => ({ route: { kind: 'blob' as const }, place }));

function nanoseconds(work: () => void): number {
  const begun = performance.now();
  for (let count = 0; count < EACH; count++) work();
  return ((performance.now() - begun) * 1e6) / EACH;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

let place = 0;
const count = (): void => {
  record.decision(decision, facts[place]);
  record.fetched(decision.backend!, facts[place], 1234, upstream);
  place = (place + 7) % facts.length;
};
for (const each of facts) {
  record.decision(decision, each);
  record.fetched(decision.backend!, each, 1234, upstream);
}
const request = (): void =>
  void metrics.requests.end('GET', decision.status, metrics.requests.begin());

const decided: number[] = [];
const counted: number[] = [];
const timed: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  decided.push(nanoseconds(() => void handler.decide(asked)));
  counted.push(nanoseconds(count));
  timed.push(nanoseconds(request));
}
const total = Object.values(metrics.snapshot(0).values.archeio_decisions_total ?? {});
const sum = total.reduce((all, each) => all + each, 0);
if (sum !== facts.length + ROUNDS * EACH) throw new Error(`counted ${sum}`);

const before = process.memoryUsage().heapUsed;
for (let round = 0; round < EACH; round++) count();
const left = Math.max(0, process.memoryUsage().heapUsed - before) / EACH;

const whole = median(decided);
console.log(`a decision out of memory, counted: ${whole.toFixed(0)} ns`);
for (const [name, values] of [
  ['counting its rule, place, bytes and price', counted],
  ['counting the request and its duration', timed],
] as const)
  console.log(
    `${name}: ${median(values).toFixed(0)} ns, ${((100 * median(values)) / whole).toFixed(1)} % of it`,
  );
console.log(`left for the collector by counting: ${left.toFixed(2)} bytes a decision`);
