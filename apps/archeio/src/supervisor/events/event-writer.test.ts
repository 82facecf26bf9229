import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventLines, failure, writing } from './testing/writing.ts';

test('without events in the configuration, nothing is opened or counted', async () => {
  const { use, settle, opened, writer, lines } = writing();
  use(undefined);
  writer.reopen();
  await settle();
  await writer.stop(1000);
  assert.deepEqual([opened, lines, writer.snapshot().values], [[], [], {}]);
});

test('events are written in order, and counted', async () => {
  const { use, settle, send, opened, counts } = writing();
  use('a');
  send(2);
  send(3);
  await settle();
  send(1);
  await settle();
  assert.equal(opened.length, 1);
  assert.equal(opened[0][1].text, eventLines(0, 6));
  assert.deepEqual(counts(), { written: 6 });
});

test('drops in a worker are counted', async () => {
  const { use, send, counts, lines, settle } = writing();
  use('a');
  send(0, 7);
  await settle();
  assert.deepEqual(counts(), { written: 0, 'worker-queue': 7 });
  assert.deepEqual(lines, [
    {
      time: '1970-01-01T00:00:00.000Z',
      level: 'warn',
      event: 'events-dropped',
      dropped: 7,
      reason: 'worker-queue',
      problem: 'a worker had too many events waiting for this process: lower events.sample',
    },
  ]);
});

test('a slow reader costs what does not fit, and is warned about once a minute', async () => {
  const { use, settle, send, opened, counts, lines, clock } = writing(80);
  use('a');
  send(1);
  await settle();
  const gate = Promise.withResolvers<void>();
  opened[0][1].gate = gate.promise;
  for (let at = 0; at < 20; at++) send(1);
  await settle();
  assert.deepEqual(counts(), { written: 1, 'slow-reader': 11 });
  await clock.advance(59_000);
  assert.deepEqual(
    lines.map(({ event, dropped, reason }) => [event, dropped, reason]),
    [['events-dropped', 1, 'slow-reader']],
  );
  await clock.advance(1000);
  assert.equal(lines.length, 2);
  assert.equal(lines[1]['dropped'], 10);
  gate.resolve();
  await settle();
  send(1);
  await settle();
  assert.deepEqual(counts(), { written: 11, 'slow-reader': 11 });
  assert.equal(opened[0][1].text, `${eventLines(0, 10)}${eventLines(21, 22)}`);
  await clock.advance(600_000);
  assert.equal(lines.length, 2);
  assert.equal(clock.timers, 0);
});

test('a full disk cuts no line: writing goes on where it ended', async () => {
  const { use, settle, send, opened, counts, lines, clock } = writing(100);
  use('a');
  send(1);
  await settle();
  const [, target] = opened[0];
  target.room = 21;
  for (let at = 0; at < 20; at++) send(1);
  await clock.advance(5000);
  for (let at = 0; at < 5; at++) send(1);
  assert.ok(counts()['write-failed'] > 0);
  assert.equal(target.text, eventLines(0, 4).slice(0, 8 + 21));
  target.room = Infinity;
  await clock.advance(1000);
  await settle();
  const { written = 0, ...dropped } = counts();
  assert.equal(Object.values(dropped).reduce((sum, count) => sum + count, 0) + written, 26);
  assert.equal(target.text.split('\n').length - 1, written);
  assert.match(target.text, /^(?:event \d+\n)+$/);
  const told = lines.filter(({ event }) => event !== 'events-dropped');
  assert.deepEqual(
    told.map(({ event, to, problem }) => [event, to, problem]),
    [
      ['events-not-written', 'a', 'no space is left on the device (ENOSPC)'],
      ['events-written', 'a', undefined],
    ],
  );
  send(1);
  await settle();
  assert.equal(counts()['written'], written + 1);
  await clock.advance(600_000);
  assert.equal(clock.timers, 0);
});

test('a target that cannot be opened is tried each second, and events wait', async () => {
  const { use, settle, send, opened, counts, lines, clock, state } = writing();
  state.opening = () => Promise.reject(failure('ENXIO'));
  use('pipe');
  send(2);
  await clock.advance(10_500);
  assert.deepEqual(counts(), { written: 0 });
  assert.equal(
    lines[0]['problem'],
    'there is no such device, or no process reads the pipe (ENXIO)',
  );
  assert.equal(lines.length, 1);
  state.opening = () => Promise.resolve();
  await clock.advance(1000);
  await settle();
  assert.deepEqual(counts(), { written: 2 });
  assert.equal(opened[0][1].text, eventLines(0, 2));
});

test('a named pipe that is full is slow, and no fault', async () => {
  const { use, settle, send, opened, counts, lines, clock } = writing();
  use('pipe');
  send(1);
  await settle();
  Object.assign(opened[0][1], { room: 0, fault: failure('EAGAIN') });
  send(1);
  await clock.advance(1000);
  assert.deepEqual(lines, []);
  opened[0][1].room = 100;
  await clock.advance(50);
  assert.deepEqual(counts(), { written: 2 });
});

test('the stop writes what waits, and counts what it cannot write in time', async () => {
  const { use, settle, send, opened, counts, clock, writer, lines } = writing();
  use('a');
  send(1);
  await settle();
  const gate = Promise.withResolvers<void>();
  opened[0][1].gate = gate.promise;
  send(2);
  send(1);
  const stopping = writer.stop(5000);
  await clock.advance(4999);
  assert.deepEqual(counts(), { written: 1 });
  await clock.advance(1);
  await stopping;
  assert.deepEqual(counts(), { written: 1, stop: 3 });
  assert.equal(lines.at(-1)?.['reason'], 'stop');
  send(1);
  assert.deepEqual(counts(), { written: 1, stop: 4 });
  gate.resolve();
  await settle();
  assert.deepEqual(counts(), { written: 1, stop: 4 });
  writer.close();
  assert.equal(clock.timers, 0);
});

test('the stop is quick if all is written, and does not wait long for a full disk', async () => {
  const { use, settle, send, opened, clock, writer } = writing();
  use('a');
  send(1);
  await settle();
  await writer.stop(60_000);
  const full = writing();
  full.use('a');
  full.send(1);
  await full.settle();
  full.opened[0][1].room = 0;
  full.send(1);
  await full.settle();
  const stopping = full.writer.stop(60_000);
  await full.clock.advance(1000);
  await stopping;
  assert.deepEqual(full.counts(), { written: 1, stop: 1 });
  assert.equal(opened[0][1].text, eventLines(0, 1));
  assert.equal(clock.timers, 0);
});
