import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { Counters } from '../../metrics/counters.ts';
import { createLog } from '../../platform/log.ts';
import { MOST, shadowFor } from './shadow.ts';
import { BLOB, DIGEST, HOST } from './testing/compared-policy.ts';
import { head, SETTINGS, shadowRig } from './testing/compared-request.ts';

const MANIFEST = '/v2/pause/manifests/3.9';
const AT_UP = 'https://up.example/v2/images/pause/manifests/3.9';

describe('the requests that are compared', () => {
  test('get one question each, after their answer', async () => {
    const rig = shadowRig();
    assert.ok(await rig.request(`${MANIFEST}?token=secret`, { method: 'HEAD' }));
    assert.deepEqual(rig.asked, [
      {
        method: 'HEAD',
        path: MANIFEST,
        headers: {
          host: HOST,
          accept: '*/*',
          'accept-encoding': 'identity',
          'user-agent': 'archeio',
          'archeio-explain': '1',
          'archeio-shadow': '1',
          'X-Forwarded-For': '192.0.2.7',
        },
      },
    ]);
    await rig.answer(head(307, { location: AT_UP, 'archeio-decision': 'rule=R9, reason=x' }));
    assert.deepEqual([rig.outcomes(), rig.text()], [{ same: 1 }, '']);
  });

  test('are a share of all', async () => {
    const numbers = [0.3, 0.2, 0.29, 0.999, 0];
    const rig = shadowRig({ sample: 0.3 }, () => numbers.shift() ?? 1);
    const observed = [];
    for (let at = 0; at < 5; at++) observed.push(await rig.request(MANIFEST));
    assert.deepEqual(observed, [false, true, true, false, true]);
  });

  test('none carries the mark, is unsafe to repeat, or is a health check', async () => {
    const rig = shadowRig();
    assert.equal(await rig.request(MANIFEST, { headers: ['ARCHEIO-Shadow', ''] }), false);
    assert.equal(await rig.request(MANIFEST, { method: 'POST' }), false);
    for (const path of ['/livez', '/readyz', '/startupz', '/healthz']) await rig.request(path);
    assert.deepEqual([rig.asked, rig.outcomes()], [[], {}]);
  });

  test('need the address only if the answer depends on the client and the reference reads it', async () => {
    const rig = shadowRig();
    await rig.request(MANIFEST, { address: 'none' });
    assert.deepEqual([rig.asked.length, rig.outcomes()], [0, { 'no-address': 1 }]);
    await rig.request('/v2/', { address: 'none' });
    assert.equal('X-Forwarded-For' in rig.asked[0].headers, false);
    const without = shadowRig({ addressHeader: undefined });
    await without.request(MANIFEST, { address: 'none' });
    await without.request(MANIFEST);
    assert.equal(without.asked.length, 2);
    assert.doesNotMatch(JSON.stringify(without.asked), /192\.0\.2/);
  });

  test('are dropped, and counted, while too many wait', async () => {
    const rig = shadowRig();
    for (let at = 0; at < MOST.concurrency + MOST.waiting + 3; at++) await rig.request(MANIFEST);
    assert.equal(rig.asked.length, MOST.concurrency);
    assert.deepEqual(rig.outcomes(), { dropped: 3 });
    await rig.answer(head(307, { location: AT_UP }));
    assert.equal(rig.asked.length, MOST.concurrency + 1);
    assert.deepEqual(rig.outcomes(), { dropped: 3, same: 1 });
  });
});

describe('a difference', () => {
  test('is logged with both sides, and without addresses and queries', async () => {
    const rig = shadowRig();
    await rig.request(BLOB, { store: 'a' });
    await rig.answer(
      head(302, {
        location: `https://elsewhere.example/${DIGEST}?X-Amz-Signature=secret`,
        'archeio-decision': 'rule=R12, backend="z", reason=no-store',
      }),
    );
    assert.deepEqual(rig.lines(), [
      {
        time: '1970-01-01T00:00:00.000Z',
        level: 'warn',
        event: 'shadow-difference',
        outcome: 'unknown-backend',
        method: 'GET',
        host: HOST,
        path: BLOB,
        here: { status: 307, rule: 'R11', backend: 'a', reason: 'first-healthy-store' },
        reference: { status: 302, rule: 'R12', target: 'elsewhere.example' },
        unlogged: 0,
      },
    ]);
    assert.doesNotMatch(rig.text(), /192\.0\.2|secret|Signature/);
    assert.deepEqual(rig.outcomes(), { 'unknown-backend': 1 });
  });

  test('is one of few lines, which are short and count the others', async () => {
    const rig = shadowRig();
    const long = `/v2/${'a'.repeat(4000)}`;
    for (let at = 0; at < 4; at++) {
      await rig.request(long);
      await rig.answer(head(200));
    }
    for (let at = 0; at < 2; at++) {
      await rig.clock.advance(10_000);
      await rig.request('/v2/');
      await rig.answer(head(401));
    }
    assert.deepEqual(
      rig.lines().map(({ unlogged }) => unlogged),
      [0, 3, 0],
    );
    assert.ok(rig.text().length < 2000);
    assert.deepEqual(rig.outcomes(), { status: 6 });
  });
});

describe('a reference that does not answer', () => {
  test('is counted by why, and logged once in ten minutes', async () => {
    const rig = shadowRig();
    for (const answer of [
      { kind: 'failure', reason: 'timeout' },
      { kind: 'failure', reason: 'connection', detail: 'connection refused (ECONNREFUSED)' },
      { kind: 'failure', reason: 'tls' },
      { kind: 'nothing' },
    ] as const) {
      await rig.request(MANIFEST);
      await rig.answer(answer);
      if (answer.kind === 'failure' && answer.reason === 'timeout')
        await rig.clock.advance(600_000);
    }
    assert.deepEqual(rig.outcomes(), { timeout: 1, error: 2, nothing: 1 });
    assert.deepEqual(
      rig.lines().map(({ url, outcome, problem }) => [url, outcome, problem]),
      [
        [SETTINGS.url, 'timeout', 'no answer in time'],
        [SETTINGS.url, 'error', 'connection refused (ECONNREFUSED)'],
      ],
    );
  });

  test('is left alone once the shadow is closed', async () => {
    const rig = shadowRig();
    for (let at = 0; at < MOST.concurrency + 1; at++) await rig.request(MANIFEST);
    rig.shadow.close();
    assert.ok(rig.isClosed());
    await rig.answer({ kind: 'nothing' });
    await rig.request(MANIFEST);
    assert.deepEqual([rig.asked.length, rig.outcomes(), rig.text()], [MOST.concurrency, {}, '']);
  });
});

test('a new configuration keeps the shadow if its settings are the same', () => {
  const dependencies = {
    counts: new Counters(),
    clock: new ManualClock(),
    log: createLog(
      'error',
      () => undefined,
      () => 0,
    ),
  };
  assert.equal(shadowFor(undefined, undefined, dependencies), undefined);
  const shadow = shadowFor(SETTINGS, undefined, dependencies);
  assert.deepEqual(shadow?.settings, SETTINGS);
  assert.equal(shadowFor({ ...SETTINGS }, shadow, dependencies), shadow);
  assert.notEqual(shadowFor({ ...SETTINGS, sample: 0.5 }, shadow, dependencies), shadow);
  assert.equal(shadowFor(undefined, shadow, dependencies), undefined);
  assert.equal(shadowFor({ ...SETTINGS, sample: 0 }, shadow, dependencies), undefined);
});
