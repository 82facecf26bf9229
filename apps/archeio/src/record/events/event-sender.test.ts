import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { ELSEWHERE_FACTS } from './testing/recorded.ts';
import type { EventBatch } from '../../ipc/event-batch.ts';
import { EventSender, WAITING } from './event-sender.ts';

function rig() {
  const clock = new ManualClock(500);
  const batches: EventBatch[] = [];
  const turns: (() => void)[] = [];
  const sender = new EventSender({
    clock,
    wallClock: () => 1_000_000,
    soon: (callback) => turns.push(callback),
    send: (batch) => batches.push(batch),
  });
  let added = 0;
  const add = (count: number): void => {
    for (let at = 0; at < count; at++)
      sender.add({ ...ELSEWHERE_FACTS, requestId: String(added++) });
  };
  const turn = (): void => turns.splice(0).forEach((each) => each());
  const sent = (): number[] =>
    batches.flatMap(({ lines, events }) => {
      assert.ok(lines === '' || lines.endsWith('\n'));
      const ids = lines
        .split('\n')
        .slice(0, -1)
        .map((line) => Number(JSON.parse(line).requestId));
      assert.equal(ids.length, events);
      return ids;
    });
  return { clock, batches, turns, sender, add, turn, sent };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

test('a few events wait for others, a tenth of a second', async () => {
  const { clock, batches, add, sent, turns } = rig();
  add(1);
  await clock.advance(60);
  add(2);
  assert.equal(batches.length, 0);
  await clock.advance(40);
  assert.deepEqual(sent(), [0, 1, 2]);
  assert.equal(batches.length, 1);
  assert.equal(turns.length + clock.timers, 0);
  assert.match(batches[0].lines, /"time":"1970-01-01T00:16:39.400Z"/);
});

test('many events are sent in the next turn, in several batches', () => {
  const { sender, batches, add, turn, turns, sent, clock } = rig();
  add(600);
  assert.equal(batches.length, 0, 'no request formats anything');
  assert.equal(turns.length, 1);
  turn();
  assert.ok(sent().length > 100 && sent().length <= 256);
  assert.equal(batches.length, 1, 'the next one waits until the supervisor has taken it');
  add(1);
  assert.equal(turns.length, 0);
  for (let taken = 0; taken < 10 && sent().length < 600; taken++) {
    sender.taken();
    turn();
  }
  sender.taken();
  assert.ok(clock.timers <= 1);
  sender.close();
  assert.deepEqual(sent(), upTo(601));
});

test('a batch of long events is shorter', () => {
  const { sender, batches, turn } = rig();
  for (let at = 0; at < 300; at++)
    sender.add({ ...ELSEWHERE_FACTS, requestId: 'x'.repeat(10_000) });
  turn();
  assert.ok(batches[0].events < 10 && batches[0].lines.length < 100_000);
});

test('a supervisor that takes nothing costs a bounded number of events, which are counted', async () => {
  const { sender, clock, batches, add, turn, sent } = rig();
  add(256);
  turn();
  const first = sent().length;
  add(WAITING + 100);
  await clock.advance(10_000);
  assert.equal(batches.length, 1);
  sender.taken();
  turn();
  assert.equal(batches[1].dropped, 100 + 256 - first);
  sender.taken();
  sender.close();
  assert.equal(sent().length, first + WAITING);
  assert.equal(
    batches.reduce((sum, { dropped }) => sum + dropped, 0),
    256 + WAITING + 100 - sent().length,
  );
});

test('a supervisor in the same process takes a batch at once', () => {
  const clock = new ManualClock();
  let events = 0;
  const turns: (() => void)[] = [];
  const sender = new EventSender({
    clock,
    wallClock: () => 0,
    soon: (callback) => turns.push(callback),
    send: (batch) => {
      events += batch.events;
      sender.taken();
    },
  });
  for (let at = 0; at < 1000; at++) sender.add(ELSEWHERE_FACTS);
  while (turns.length > 0) turns.shift()?.();
  sender.close();
  assert.equal(events, 1000);
  assert.equal(clock.timers, 0);
});

test('the end sends everything, even if the supervisor has not taken the last batch', () => {
  const { sender, clock, add, turn, sent } = rig();
  add(700);
  turn();
  add(5);
  sender.close();
  assert.deepEqual(sent(), upTo(705));
  assert.equal(clock.timers, 0);
  sender.close();
});
