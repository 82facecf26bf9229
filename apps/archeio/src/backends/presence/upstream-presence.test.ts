import { MANIFEST_MEDIA_TYPES } from '@archeio/oci-distribution';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseConfiguration } from '@archeio/configuration';
import { ManualClock, settlePromises } from '@archeio/presence/testing';
import type { Upstream } from '@archeio/redirect';
import type { StoreAnswer } from '@archeio/content-checks';
import type { PresenceFinding } from '../../ipc/ports.ts';
import { SOURCE } from '../../worker/testing/assembled.ts';
import { UpstreamPresence } from './upstream-presence.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const status = (code: number): StoreAnswer => ({ kind: 'status', status: code, size: -1 });
const digestOf = (number: number): string => `sha256:${number.toString(16).padStart(64, '0')}`;

function upstreamAt(url: string, path: string): Upstream {
  return { name: 'u', url, base: `${url}/v2/`, path } as Upstream;
}

const REGIONAL = upstreamAt('https://regional.test', 'prod/images/');
const OTHER = upstreamAt('https://other.test', '');

function begin(workers = 1) {
  const clock = new ManualClock(1000);
  const asked: { url: string; method: string; accept: string | undefined }[] = [];
  const pending: ((answer: StoreAnswer) => void)[] = [];
  const observed: [string, StoreAnswer, string][] = [];
  const learned: PresenceFinding[] = [];
  const presence = new UpstreamPresence({
    options: { ...parseConfiguration(SOURCE).presence, budget: 500 },
    checker: {
      check(url, method, accept) {
        asked.push({ url, method, accept });
        return new Promise((resolve) => pending.push(resolve));
      },
    },
    clock,
    seed: [1, 2],
    workers,
    observe: ({ url }, answer, digest) => observed.push([url, answer, digest]),
    found: (findings) => learned.push(...findings),
  });
  const answer = async (with_: StoreAnswer): Promise<void> => {
    pending.shift()?.(with_);
    await settlePromises();
  };
  return { clock, asked, pending, observed, learned, presence, answer };
}

suite('what an upstream is asked', () => {
  test('a manifest by HEAD, with every media type of manifests', async () => {
    const { presence, asked, answer, observed } = begin();
    const done = presence.ask({
      upstream: REGIONAL,
      kind: 'manifest',
      name: 'pause',
      digest: DIGEST,
    });
    assert.deepEqual(asked, [
      {
        url: `https://regional.test/v2/prod/images/pause/manifests/${DIGEST}`,
        method: 'head',
        accept: MANIFEST_MEDIA_TYPES.join(', '),
      },
    ]);
    assert.equal(presence.lookup(REGIONAL, 'manifest', 'pause', DIGEST), 'unasked');
    await answer(status(404));
    await done;
    assert.equal(presence.lookup(REGIONAL, 'manifest', 'pause', DIGEST), 'absent');
    assert.deepEqual(observed, [['https://regional.test', status(404), DIGEST]]);
  });

  test('a blob, and what is known of it is not known of the manifest, the name or the upstream beside it', async () => {
    const { presence, asked, answer } = begin();
    void presence.ask({ upstream: OTHER, kind: 'blob', name: 'a/b', digest: DIGEST });
    await answer(status(307));
    assert.deepEqual(asked, [
      { url: `https://other.test/v2/a/b/blobs/${DIGEST}`, method: 'head', accept: undefined },
    ]);
    assert.equal(presence.lookup(OTHER, 'blob', 'a/b', DIGEST), 'present');
    assert.equal(presence.lookup(OTHER, 'manifest', 'a/b', DIGEST), 'unasked');
    assert.equal(presence.lookup(OTHER, 'blob', 'a/c', DIGEST), 'unasked');
    assert.equal(presence.lookup(REGIONAL, 'blob', 'a/b', DIGEST), 'unasked');
    assert.equal(presence.presence.entries, 1);
  });

  test('100 who ask at once cost one HEAD', async () => {
    const { presence, asked, answer } = begin();
    const all = Array.from({ length: 100 }, () =>
      presence.ask({ upstream: REGIONAL, kind: 'blob', name: 'a', digest: DIGEST }),
    );
    await answer(status(200));
    await Promise.all(all);
    assert.equal(asked.length, 1);
  });
});

suite('how long it is waited for and remembered', () => {
  test('absent for 10 minutes; a present one is checked again behind the answer', async () => {
    const { presence, answer, clock, asked } = begin();
    void presence.ask({ upstream: REGIONAL, kind: 'blob', name: 'a', digest: DIGEST });
    await answer(status(404));
    await clock.advance(599_800);
    assert.equal(presence.lookup(REGIONAL, 'blob', 'a', DIGEST), 'absent');
    await clock.advance(300);
    assert.equal(presence.lookup(REGIONAL, 'blob', 'a', DIGEST), 'unasked');
    presence.recheck({ upstream: REGIONAL, kind: 'blob', name: 'a', digest: DIGEST });
    await answer(status(200));
    assert.equal(presence.lookup(REGIONAL, 'blob', 'a', DIGEST), 'present');
    assert.equal(asked.length, 2);
  });

  for (const [budget, waited] of [
    [undefined, 500],
    [120, 120],
    [9000, 500],
  ] as const) {
    test(`with ${budget} ms left, a silent upstream is waited for ${waited} ms`, async () => {
      const { presence, clock } = begin();
      let over = false;
      void presence
        .ask({ upstream: REGIONAL, kind: 'blob', name: 'a', digest: DIGEST }, budget)
        .then(() => (over = true));
      await clock.advance(waited - 1);
      assert.equal(over, false);
      await clock.advance(1);
      assert.equal(over, true);
    });
  }

  test('an answer before a shorter budget ends the wait, and leaves no timer', async () => {
    const { presence, clock, answer } = begin();
    const done = presence.ask({ upstream: REGIONAL, kind: 'blob', name: 'a', digest: DIGEST }, 120);
    await answer(status(200));
    await done;
    assert.equal(clock.timers, 0);
  });

  test('nothing is remembered of a check that came to nothing', async () => {
    const { presence, answer, learned } = begin();
    void presence.ask({ upstream: REGIONAL, kind: 'blob', name: 'a', digest: DIGEST });
    await answer({ kind: 'nothing' });
    assert.equal(presence.lookup(REGIONAL, 'blob', 'a', DIGEST), 'unasked');
    assert.deepEqual(learned, []);
  });
});

test('beyond the limit a minute nothing is asked, and nobody waits; later it is', async () => {
  const { presence, pending, clock } = begin(100);
  for (let at = 0; at < 15; at++) {
    const done = presence.ask({
      upstream: REGIONAL,
      kind: 'blob',
      name: 'a',
      digest: digestOf(at),
    });
    pending.shift()?.(status(404));
    await done;
  }
  assert.equal(presence.lookup(REGIONAL, 'blob', 'a', digestOf(9)), 'absent');
  assert.equal(presence.lookup(REGIONAL, 'blob', 'a', digestOf(14)), 'unasked');
  void presence.ask({ upstream: OTHER, kind: 'blob', name: 'a', digest: digestOf(14) });
  assert.equal(pending.length, 1, 'each upstream has a limit of its own');
  await clock.advance(2000);
  void presence.ask({ upstream: REGIONAL, kind: 'blob', name: 'a', digest: digestOf(14) });
  assert.equal(pending.length, 2);
});

test('what one process finds out another learns, once and as plain data', async () => {
  const one = begin();
  const two = begin();
  for (const [code, number] of [
    [404, 1],
    [200, 2],
    [503, 3],
  ] as const) {
    void one.presence.ask({
      upstream: REGIONAL,
      kind: 'manifest',
      name: 'pause',
      digest: digestOf(number),
    });
    await one.answer(status(code));
  }
  const told: PresenceFinding[] = JSON.parse(JSON.stringify(one.learned));
  for (const { identity, key, state } of told) two.presence.learn(identity, key, state);
  assert.equal(two.presence.lookup(REGIONAL, 'manifest', 'pause', digestOf(1)), 'absent');
  assert.equal(two.presence.lookup(REGIONAL, 'manifest', 'pause', digestOf(2)), 'present');
  assert.equal(two.presence.lookup(REGIONAL, 'manifest', 'pause', digestOf(3)), 'unasked');
  assert.equal(one.presence.lookup(REGIONAL, 'manifest', 'pause', digestOf(3)), 'unknown');
  assert.deepEqual([two.asked, two.learned], [[], []]);
});
