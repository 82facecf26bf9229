import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { createLog } from '../platform/log.ts';
import { OverflowLog } from './overflow-log.ts';

test('logs a full listener once in ten minutes, with all counts since the last line', async () => {
  const clock = new ManualClock();
  const lines: unknown[] = [];
  const log = createLog(
    'info',
    (line) => lines.push(JSON.parse(line)),
    () => 0,
  );
  const overflow = new OverflowLog('requests', 32, clock, log);
  overflow.closedIdle(2);
  overflow.closedIdle(3);
  for (let time = 0; time < 100; time++) overflow.refused();
  const line = {
    time: '1970-01-01T00:00:00.000Z',
    level: 'warn',
    event: 'connections-full',
    listener: 'requests',
    limit: 32,
  };
  assert.deepEqual(lines, [{ ...line, closedIdle: 2, refused: 0 }]);
  await clock.advance(600_000);
  overflow.refused();
  assert.deepEqual(lines.slice(1), [{ ...line, closedIdle: 5, refused: 101 }]);
  assert.deepEqual([overflow.idle, overflow.rejected], [5, 101]);
});
