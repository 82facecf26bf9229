import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settlePromises } from '@archeio/presence/testing';
import {
  ADDRESSES,
  assembled,
  blob,
  digest,
  incoming,
  PRESENT,
  SOURCE,
  UNAVAILABLE,
} from './testing/assembled.ts';

test('a store that hangs delays only the first request, by the budget', async () => {
  const { handler, checker, clock } = assembled();
  checker.answers.set('https://cdn.example', 'never');
  let answered = 0;
  const first = Promise.resolve(handler.decide(incoming(blob(1)))).then(
    (decision) => (answered++, decision),
  );
  await clock.advance(499);
  assert.equal(answered, 0);
  await clock.advance(1);
  assert.equal(answered, 1);
  assert.equal((await first).rule, 'R12');
  for (let number = 1; number < 40; number++) {
    const later = Promise.resolve(handler.decide(incoming(blob(number)))).then(() => answered++);
    await settlePromises();
    await later;
  }
  assert.equal(answered, 40);
});

test('a region floods and its clients have nowhere to go: an unhealthy store is skipped, and used again once it is healthy', async () => {
  const { handler, checker, clock, lines } = assembled();
  checker.answers.set('https://paris.example', UNAVAILABLE);
  checker.answers.set('https://cdn.example', PRESENT);
  for (let number = 0; number < 5; number++)
    await handler.decide(incoming(blob(number), ADDRESSES.paris));
  assert.deepEqual(
    lines.map(({ event, backend, saw }) => [event, backend, saw]),
    [['backend-down', 'paris', 'status 503']],
  );
  const asked = checker.asked.length;
  assert.equal((await handler.decide(incoming(blob(9), ADDRESSES.paris))).backend?.name, 'cdn');
  assert.deepEqual(
    checker.asked.slice(asked).map(({ url }) => url),
    [`https://cdn.example/${digest(9)}`],
  );

  checker.answers.set('https://paris.example', PRESENT);
  await clock.advance(30_000);
  const behind = handler.decide(incoming(blob(9), ADDRESSES.paris));
  assert.ok(!(behind instanceof Promise), 'no request waits for a trial');
  assert.equal(behind.backend?.name, 'cdn');
  await settlePromises();
  assert.deepEqual(lines.at(-1), { ...lines.at(-1), event: 'backend-up', backend: 'paris' });
  assert.equal((await handler.decide(incoming(blob(9), ADDRESSES.paris))).backend?.name, 'paris');
});

test('a bucket breaks and the fix is a code change and a release: it is skipped automatically, and one key disables it', async () => {
  const answers = [
    UNAVAILABLE,
    { kind: 'failure', reason: 'tls' },
    { kind: 'failure', reason: 'timeout' },
  ] as const;
  for (const answer of answers) {
    const { handler, checker } = assembled();
    checker.answers.set('https://paris.example', answer);
    checker.answers.set('https://cdn.example', PRESENT);
    for (let number = 0; number < 10; number++) {
      assert.equal(
        (await handler.decide(incoming(blob(number), ADDRESSES.paris))).backend?.name,
        'cdn',
      );
    }
    assert.equal(checker.asked.filter(({ url }) => url.startsWith('https://paris')).length, 5);
  }
  const stores = SOURCE.stores!.map((store) =>
    store.name === 'paris' ? { ...store, enabled: false } : store,
  );
  const { handler, checker } = assembled({ ...SOURCE, stores });
  await handler.decide(incoming(blob(1), ADDRESSES.paris));
  assert.deepEqual(
    checker.asked.map(({ url }) => url),
    [`https://cdn.example/${digest(1)}`],
  );
});

test('a failed trial opens the breaker again', async () => {
  const { handler, checker, clock, lines } = assembled();
  checker.answers.set('https://cdn.example', { kind: 'failure', reason: 'connection' });
  for (let number = 0; number < 5; number++) await handler.decide(incoming(blob(number)));
  await clock.advance(30_000);
  await handler.decide(incoming(blob(7)));
  await handler.decide(incoming(blob(8)));
  await settlePromises();
  assert.equal(checker.asked.length, 6);
  await clock.advance(29_999);
  await handler.decide(incoming(blob(9)));
  await settlePromises();
  assert.equal(checker.asked.length, 6);
  assert.deepEqual(
    lines.map(({ saw }) => saw),
    ['connection'],
  );
});

test('a time-out of a frozen process is not counted', async () => {
  const { handler, checker, lines } = assembled();
  checker.answers.set('https://cdn.example', { kind: 'nothing' });
  for (let number = 0; number < 20; number++) {
    assert.equal((await handler.decide(incoming(blob(number)))).rule, 'R12');
  }
  assert.deepEqual(lines, []);
});
