import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assembled, blob, digest, incoming, PRESENT } from './testing/assembled.ts';

const MINUTE = 60_000;

test('R12: an internal error is counted and logged, and the answer is the upstream', async () => {
  for (const broken of ['presence', 'ask', 'recheck'] as const) {
    const { handler, states, record, lines, checker, clock } = assembled();
    checker.answers.set('https://cdn.example', PRESENT);
    if (broken === 'recheck') {
      await handler.decide(incoming(blob(1)));
      await clock.advance(25 * 60 * MINUTE);
    }
    Object.defineProperty(states, broken, {
      value: () => {
        throw new Error(`${broken} is broken`);
      },
    });
    const decision = await handler.decide(incoming(blob(1)));
    assert.equal(decision.rule, 'R12', broken);
    assert.equal(decision.reason.code, 'internal-error');
    assert.equal(decision.location, `https://upstream.example/v2/images/pause/blobs/${digest(1)}`);
    assert.equal(record.totals().ownFailures, 1);
    assert.deepEqual(
      lines.map(({ event, message }) => [event, message]),
      [['own-failure', `${broken} is broken`]],
    );
  }
});

test('R12: a thrown value need not be an Error', async () => {
  const { handler, states, lines } = assembled();
  Object.defineProperty(states, 'presence', {
    value: () => {
      // oxlint-disable-next-line no-throw-literal -- this is what the test is about
      throw 'text';
    },
  });
  assert.equal((await handler.decide(incoming(blob(1)))).rule, 'R12');
  assert.equal(lines[0]['message'], 'text');
});

test('R12: a peer that cannot be read leads to the upstream', async () => {
  const { handler, record, checker } = assembled();
  checker.answers.set('https://', PRESENT);
  const broken = {
    method: 'GET',
    target: blob(1),
    host: 'x',
    addressHeader: undefined,
    get peer(): string {
      throw new Error('the socket is gone');
    },
  };
  const decision = await handler.decide(broken);
  assert.equal(decision.location, `https://upstream.example/v2/images/pause/blobs/${digest(1)}`);
  assert.equal(record.totals().ownFailures, 1);
});

test('a store whose check throws is not known to have the blob', async () => {
  const { handler, checker } = assembled();
  checker.answers.set('https://cdn.example', 'throw');
  assert.equal((await handler.decide(incoming(blob(1)))).rule, 'R12');
});
