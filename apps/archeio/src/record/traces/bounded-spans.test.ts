import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { BoundedSpans } from './bounded-spans.ts';

const SPAN = {} as ReadableSpan;

function bounded(most: number) {
  let passed = 0;
  const calls: string[] = [];
  const next = {
    onStart: () => undefined,
    onEnd: () => void passed++,
    forceFlush: () => Promise.resolve(void calls.push('forceFlush')),
    shutdown: () => Promise.resolve(void calls.push('shutdown')),
  };
  const spans = new BoundedSpans(next, most);
  return { spans, calls, passed: () => passed };
}

test('never more spans wait than may, and every span is counted once', () => {
  const step = fc.oneof(
    fc.constant('end' as const),
    fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }), isExported: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step), (most, steps) => {
      const { spans, passed } = bounded(most);
      let ended = 0;
      let sent = 0;
      for (const each of steps) {
        if (each === 'end') {
          ended++;
          spans.onStart();
          spans.onEnd(SPAN);
        } else {
          const count = Math.floor((passed() - sent) * each.share);
          sent += count;
          spans.sent(count, each.isExported);
        }
        assert.ok(passed() - sent <= most);
        const { exported, failed, dropped } = spans.counts;
        assert.equal(exported + failed, sent);
        assert.equal(passed() + dropped, ended);
      }
    }),
  );
});

test('a flush and the end are passed on', async () => {
  const { spans, calls } = bounded(1);
  await spans.forceFlush();
  await spans.shutdown();
  assert.deepEqual(calls, ['forceFlush', 'shutdown']);
});
