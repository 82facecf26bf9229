import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { eventLines, failure, writing } from './testing/writing.ts';

test('another file gets what is sent from then on, and the old one is closed', async () => {
  const { use, settle, send, opened, counts, writer } = writing();
  use('a');
  send(1);
  await settle();
  use('a');
  use('b');
  send(1);
  await settle();
  writer.reopen();
  send(1);
  await settle();
  assert.deepEqual(
    opened.map(([to, { text, isClosed }]) => [to, text, isClosed]),
    [
      ['a', eventLines(0, 1), true],
      ['b', eventLines(1, 2), true],
      ['b', eventLines(2, 3), false],
    ],
  );
  assert.deepEqual(counts(), { written: 3 });
});

test('a configuration without events closes the file; late events of a worker still get into it', async () => {
  const { use, settle, send, opened, counts, writer } = writing();
  use('a');
  send(1);
  await settle();
  use(undefined);
  writer.reopen();
  await settle();
  assert.equal(opened.length, 1);
  assert.ok(opened[0][1].isClosed);
  send(1);
  await settle();
  assert.ok(opened[1][1].isClosed);
  assert.equal(opened[1][1].text, eventLines(1, 2));
  assert.deepEqual(counts(), { written: 2 });
});

test('a write that hangs does not keep events from another file', async () => {
  const { use, settle, send, opened, counts } = writing();
  for (const ends of ['written', 'partly', 'lost'] as const) {
    use(`hangs-${ends}`);
    send(1);
    await settle();
    const [, target] = opened.at(-1)!;
    const gate = Promise.withResolvers<void>();
    target.gate = gate.promise;
    send(2);
    await settle();
    use(`after-${ends}`);
    send(1);
    await settle();
    assert.match(opened.at(-1)![1].text, /^event \d+\n$/);
    assert.ok(!target.isClosed);
    if (ends !== 'written') target.room = ends === 'partly' ? 10 : 0;
    gate.resolve();
    await settle();
    assert.ok(target.isClosed);
  }
  assert.deepEqual(counts(), { written: 3 * 2 + 2 + 1, 'write-failed': 1 + 2 });
});

test('an opening that hangs does not either', async () => {
  const { use, settle, send, opened, counts, state } = writing();
  const gate = Promise.withResolvers<void>();
  state.opening = () => gate.promise;
  use('hangs');
  send(1);
  await settle();
  state.opening = () => Promise.resolve();
  use('b');
  await settle();
  assert.deepEqual(counts(), { written: 1 });
  gate.resolve();
  await settle();
  assert.deepEqual(
    opened.map(([to, { isClosed }]) => [to, isClosed]),
    [
      ['b', false],
      ['hangs', true],
    ],
  );
  state.opening = () => Promise.reject(failure('EACCES'));
  use('refused');
  send(1);
  await settle();
  use('b');
  state.opening = () => Promise.resolve();
  await settle();
  assert.deepEqual(counts(), { written: 2 });
});

test('a line whose beginning is on the full disk does not continue in another file', async () => {
  const { use, settle, send, opened, counts, clock } = writing();
  use('full');
  send(1);
  await settle();
  opened[0][1].room = 4;
  // The file cannot be closed either, which nothing can be done about.
  opened[0][1].close = () => Promise.reject(failure('ENOSPC'));
  send(3);
  await clock.advance(3000);
  use('b');
  await settle();
  assert.equal(opened[0][1].text, `${eventLines(0, 1)}even`);
  assert.equal(opened[1][1].text, eventLines(2, 4));
  assert.deepEqual(counts(), { written: 3, 'write-failed': 1 });
});

test('whatever happens, every event is written once or counted as dropped', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('send' as const), events: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ kind: fc.constant('room' as const), room: fc.constantFrom(0, 5, 13, Infinity) }),
    fc.record({ kind: fc.constant('use' as const), to: fc.constantFrom('a', 'b', undefined) }),
    fc.record({ kind: fc.constant('reopen' as const) }),
    fc.record({ kind: fc.constant('wait' as const), by: fc.constantFrom(0, 0, 500, 1000) }),
    fc.record({ kind: fc.constant('hang' as const) }),
    fc.record({ kind: fc.constant('go-on' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { use, settle, send, opened, counts, clock, writer } = writing(60);
      const gates: PromiseWithResolvers<void>[] = [];
      let sent = 0;
      use('a');
      for (const each of steps) {
        const target = opened.at(-1)?.[1];
        if (each.kind === 'send') {
          send(each.events);
          sent += each.events;
        } else if (each.kind === 'use') use(each.to);
        else if (each.kind === 'reopen') writer.reopen();
        else if (each.kind === 'wait') await clock.advance(each.by);
        else if (each.kind === 'go-on') gates.splice(0).forEach(({ resolve }) => resolve());
        else if (each.kind === 'room' && target !== undefined) target.room = each.room;
        else if (each.kind === 'hang' && target !== undefined) {
          const gate = Promise.withResolvers<void>();
          gates.push(gate);
          target.gate = gate.promise;
        }
      }
      gates.forEach(({ resolve }) => resolve());
      for (const [, target] of opened) target.room = Math.max(target.room, 0);
      const stopping = writer.stop(3000);
      await settle();
      await clock.advance(3000);
      await stopping;
      await settle();
      const { written, ...dropped } = counts();
      const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
      assert.equal(written + lost, sent);
      const whole = opened.flatMap(([, { text }]) => text.match(/^event \d+\n/gm) ?? []);
      assert.equal(new Set(whole).size, whole.length, 'none twice');
      assert.equal(whole.length, written);
    }),
    { numRuns: 300 },
  );
});
