import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../platform/log.ts';
import { IgnoredAddresses } from './ignored-addresses.ts';
import { WorkerMetrics } from './worker-metrics.ts';

test('warns once an hour if most requests carry an ignored address', () => {
  const lines: { event: string; requests: number; withHeader: number }[] = [];
  const log = createLog(
    'info',
    (line) => lines.push(JSON.parse(line)),
    () => 0,
  );
  const ignored = new IgnoredAddresses(log);
  const metrics = new WorkerMetrics({ now: () => 0, after: () => () => undefined });
  const look = (requests: number, withHeader: number, now: number): number => {
    for (let at = 0; at < requests; at++) {
      metrics.requests.end('GET', 200, metrics.requests.begin());
      if (at < withHeader) metrics.forwardedIgnored();
    }
    ignored.look(metrics.snapshot(0), now);
    return lines.length;
  };
  assert.equal(look(0, 0, 0), 0);
  assert.equal(look(99, 99, 0), 0, 'too few to say');
  assert.equal(look(101, 0, 1000), 0, 'fewer than half');
  assert.equal(look(1000, 499, 2000), 0);
  assert.equal(look(100, 50, 3000), 1);
  assert.deepEqual(
    [lines[0].event, lines[0].requests, lines[0].withHeader],
    ['client-address-ignored', 100, 50],
  );
  assert.equal(look(1000, 1000, 3_602_999), 1, 'it has been said');
  assert.equal(look(1000, 1000, 3_603_000), 2);
});
