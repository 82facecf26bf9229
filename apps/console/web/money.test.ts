import assert from 'node:assert/strict';
import { test } from 'node:test';
import { append } from './history.js';
import { moneyOf, savingsOf } from './money.js';

const STEP = { stepMs: 10_000, steps: 2, untilMs: 20_000 };
const history = (backends: object[]) => ({ ...STEP, requests: [1, 1], backends });
const BACKEND = { name: 'a', kind: 'store', decisions: [1, 1], bytes: [1, 1], usd: [1, 1] };

test('savings are told, or that no price is set, or nothing for a server that does not tell them', () => {
  const money = (more: object) => {
    const { saved, unknown } = moneyOf(history([{ ...BACKEND, ...more }]), []);
    return [saved, unknown];
  };
  assert.deepEqual(money({}), [undefined, undefined]);
  assert.deepEqual(money({ upstreamUsd: null, unknownSizes: [1, null] }), [null, 1]);
  assert.deepEqual(money({ upstreamUsd: [3, null], unknownSizes: [] }), [360, 0]);
  assert.deepEqual(money({ upstreamUsd: [], unknownSizes: [] }), [0, 0]);
  const two = [
    { ...BACKEND, upstreamUsd: [3, 3], unknownSizes: [0, 2] },
    { ...BACKEND, upstreamUsd: null, unknownSizes: [1, 1] },
  ];
  assert.deepEqual(savingsOf(history(two), two), { saved: 720, unknown: 4 });
});

test('dollars are known with a price, also if it is 0 or nothing was sent yet', () => {
  const usdOf = (status: (number | null)[], usd: (number | null)[], more: object = {}) =>
    moneyOf(
      { ...history([{ ...BACKEND, usd }]), ...more },
      status.map((each) => ({ usd: each })),
    ).usd;
  assert.equal(usdOf([null], [0, 0]), null);
  assert.equal(usdOf([null], []), null);
  assert.equal(usdOf([null, 0], [0, 0]), 0);
  assert.equal(usdOf([0], []), 0);
  assert.equal(usdOf([2], [1, 1]), 360);
  // A backend that was removed had a price.
  assert.equal(usdOf([null], [1, 1]), 360);
  assert.equal(usdOf([2], [], { isLocal: true }), undefined);
});

test('bytes of an upstream are told by a server that counts blobs of unknown size', () => {
  const upstream = { ...BACKEND, kind: 'upstream' };
  assert.equal(moneyOf(history([upstream]), []).bytes, null);
  assert.equal(moneyOf(history([{ ...upstream, unknownSizes: [0, 1] }]), []).bytes, 360);
});

test('a step keeps what the server tells of money, and the flows of the last minute', () => {
  const empty = { ...STEP, steps: 0, requests: [], changes: [], backends: [] };
  const step = (number: number, upstreamUsd: unknown) => ({
    untilMs: 20_000 + number * 10_000,
    requests: [1],
    flows: [{ cloud: '', region: '', backend: 'a', requests: number, bytes: 0 }],
    backends: [
      { ...BACKEND, decisions: [1], bytes: [1], usd: [1], upstreamUsd, unknownSizes: [2] },
    ],
  });
  let kept = append(empty, step(1, [5]));
  assert.deepEqual([kept.backends[0].upstreamUsd, kept.backends[0].unknownSizes], [[5], [2]]);
  kept = append(kept, step(2, null));
  assert.equal(kept.backends[0].upstreamUsd, null);
  for (let number = 3; number < 12; number++) kept = append(kept, step(number, [5]));
  assert.equal(kept.recentFlows.length, 6);
  assert.equal(kept.recentFlows.at(-1)[0].requests, 11);
});
