import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ManualClock, settlePromises } from '@archeio/presence/testing';
import { PlayedPlatform } from '../testing/played-platform.ts';
import { AnswerCache } from './answer-cache.ts';

const LIFETIMES = { presentFor: 86_400_000, absentFor: 600_000 };

function cacheUnderTest(lifetimes = LIFETIMES) {
  const platform = new PlayedPlatform();
  const clock = new ManualClock();
  const cache = new AnswerCache({ cache: platform.cache, now: platform.now, clock, lifetimes });
  return { platform, clock, cache };
}

suite('the cache of the data centre', () => {
  test('what is written is read, with the time since', async () => {
    const { platform, clock, cache } = cacheUnderTest();
    assert.equal(await cache.read('a/sha256:1'), undefined);
    await cache.write('a/sha256:1', { state: 'present', size: 7 });
    await cache.write('a/sha256:2', { state: 'absent', size: -1 });
    platform.time += 5000;
    assert.deepEqual(await cache.read('a/sha256:1'), { state: 'present', size: 7, age: 5000 });
    assert.deepEqual(await cache.read('a/sha256:2'), { state: 'absent', size: -1, age: 5000 });
    assert.equal(await cache.read('b/sha256:1'), undefined);
    assert.equal(clock.timers, 0);
  });

  test('an entry lives as long as the answer is fresh, and its URL is of no server', async () => {
    const { platform, cache } = cacheUnderTest();
    await cache.write('a/sha256:1', { state: 'present', size: 7 });
    await cache.write('a/sha256:2', { state: 'absent', size: -1 });
    assert.deepEqual(
      [...platform.entries].map(([url, { headers }]) => [url, headers.get('cache-control')]),
      [
        ['https://archeio-presence.invalid/1/a/sha256:1', 'max-age=86400'],
        ['https://archeio-presence.invalid/1/a/sha256:2', 'max-age=600'],
      ],
    );
  });

  test('nothing is written that is not definite, or does not live for a second', async () => {
    const { platform, cache } = cacheUnderTest({ presentFor: 999, absentFor: 1000 });
    await cache.write('a', { state: 'unknown', size: -1 });
    await cache.write('b', { state: 'present', size: 1 });
    assert.equal(platform.entries.size, 0);
    await cache.write('c', { state: 'absent', size: -1 });
    assert.equal(platform.entries.size, 1);
  });

  test('an entry that another program wrote is no answer', async () => {
    const { platform, cache } = cacheUnderTest();
    for (const headers of [
      {},
      { 'archeio-state': 'present' },
      { 'archeio-state': 'unknown', 'archeio-checked-at': '1' },
      { 'archeio-state': 'present', 'archeio-checked-at': 'x' },
    ] as Record<string, string>[]) {
      platform.entries.set('https://archeio-presence.invalid/1/a', new Response(null, { headers }));
      assert.equal(await cache.read('a'), undefined, JSON.stringify(headers));
    }
    const headers = { 'archeio-state': 'present', 'archeio-checked-at': '1800000000000' };
    platform.entries.set('https://archeio-presence.invalid/1/a', new Response(null, { headers }));
    assert.deepEqual(await cache.read('a'), { state: 'present', size: -1, age: 0 });
  });

  test('a cache that hangs or fails counts as empty', async () => {
    const clock = new ManualClock();
    const failing = () => Promise.reject(new Error('the cache is gone'));
    const broken = new AnswerCache({
      cache: { match: failing, put: failing },
      now: () => 0,
      clock,
      lifetimes: LIFETIMES,
    });
    assert.equal(await broken.read('a'), undefined);
    await broken.write('a', { state: 'present', size: 1 });
    const hanging = new AnswerCache({
      cache: { match: () => new Promise(() => undefined), put: failing },
      now: () => 0,
      clock,
      lifetimes: LIFETIMES,
    });
    let read: unknown = 'nothing yet';
    void hanging.read('a').then((found) => (read = found));
    await clock.advance(99);
    assert.equal(read, 'nothing yet');
    await clock.advance(1);
    await settlePromises();
    assert.equal(read, undefined);
  });
});
