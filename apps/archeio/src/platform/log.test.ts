import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog, endingLog, LOG_LEVELS } from './log.ts';

test('a line is JSON with time, level, event and its fields; below the level nothing is written', () => {
  const lines: string[] = [];
  const log = createLog(
    'warn',
    (line) => lines.push(line),
    () => 0,
  );
  log.debug('a');
  log.info('b');
  log.warn('c', { store: 'x' });
  log.error('d');
  assert.deepEqual(lines, [
    '{"time":"1970-01-01T00:00:00.000Z","level":"warn","event":"c","store":"x"}\n',
    '{"time":"1970-01-01T00:00:00.000Z","level":"error","event":"d"}\n',
  ]);
});

test('writes nothing after the last line', () => {
  const events: unknown[] = [];
  const log = endingLog(
    createLog(
      'debug',
      (line) => events.push(JSON.parse(line).event),
      () => 0,
    ),
  );
  for (const level of LOG_LEVELS) log[level]('before');
  log.last('stopped');
  for (const level of LOG_LEVELS) log[level]('after');
  log.last('after');
  assert.deepEqual(events, ['before', 'before', 'before', 'before', 'stopped']);
  assert.equal(log.level, 'debug');
});
