import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigurationSource } from '@archeio/configuration';
import { labelsOf, type Samples } from '../metrics/metrics-snapshot.ts';
import {
  ADDRESSES,
  type Assembled,
  assembled,
  blob,
  digest,
  incoming,
  PRESENT,
  SOURCE,
  UNAVAILABLE,
} from './testing/assembled.ts';

const SIZE = 1234;
const GIB = 1024 ** 3;

/** {@link SOURCE} with prices; another registry has an upstream without a price. */
const PRICED: ConfigurationSource = {
  ...SOURCE,
  registries: [
    {
      name: 'k8s',
      upstreams: [
        {
          name: 'upstream',
          url: 'https://upstream.example',
          near: [{ cloud: 'AWS', regions: ['us-east-1'] }],
          usdPerGiB: { sameRegion: 0, sameCloud: GIB, internet: 2 * GIB },
        },
        { name: 'second', url: 'https://second.example', usdPerGiB: 4 * GIB },
      ],
    },
    { name: 'other', prefix: 'tools/', upstreams: [{ name: 'free', url: 'https://free.example' }] },
  ],
  stores: SOURCE.stores!.map((store) => ({ ...store, usdPerGiB: GIB / 4 })),
};

/** What was counted, by backend. */
function counted({ metrics }: Assembled) {
  const { values } = metrics.snapshot(0);
  const sums = (samples: Samples<number> = {}) =>
    Object.fromEntries(
      Object.entries(samples)
        .map(([key, value]) => [labelsOf(key).slice(0, 2).join(' ').trim(), value] as const)
        .filter(([, value]) => value !== 0),
    );
  return {
    bytes: sums(values.archeio_blob_bytes_total),
    unknown: sums(values.archeio_blob_unknown_size_total),
    usd: sums(values.archeio_egress_usd_total),
    upstreamUsd: sums(values.archeio_egress_upstream_usd_total),
  };
}

const NONE = { bytes: {}, unknown: {}, usd: {}, upstreamUsd: {} };

test('GET counts the bytes that a store sends and what the upstream would have cost; HEAD counts none', async () => {
  const parts = assembled(PRICED);
  const { handler, checker } = parts;
  checker.answers.set('https://cdn.example', PRESENT);
  await handler.decide(incoming(blob(1), ADDRESSES.unknown, 'HEAD'));
  assert.deepEqual(counted(parts), NONE);
  await handler.decide(incoming(blob(1)));
  await handler.decide(incoming(blob(1), ADDRESSES.paris));
  assert.deepEqual(counted(parts), {
    bytes: { cdn: SIZE, 'cdn AWS': SIZE },
    unknown: {},
    usd: { cdn: SIZE / 4, 'cdn AWS': SIZE / 4 },
    upstreamUsd: { cdn: 2 * SIZE, 'cdn AWS': SIZE },
  });
});

test('a resumed download counts from the first byte of its Range, and never less than nothing', async () => {
  const parts = assembled(PRICED);
  const { handler, checker } = parts;
  checker.answers.set('https://cdn.example', PRESENT);
  for (const range of ['bytes=1200-', 'bytes=1230-1231', 'bytes=2000-', 'bytes=-3'])
    await handler.decide({ ...incoming(blob(1)), range });
  const bytes = 34 + 4 + 0 + 3;
  assert.deepEqual(counted(parts), {
    bytes: { cdn: bytes },
    unknown: {},
    usd: { cdn: bytes / 4 },
    upstreamUsd: { cdn: 2 * bytes },
  });
});

test('the Range is read only if the size of a fetched blob is known', async () => {
  const { handler, checker } = assembled();
  checker.answers.set(`https://cdn.example/${digest(2)}`, UNAVAILABLE);
  checker.answers.set('https://cdn.example', PRESENT);
  let reads = 0;
  const asked = async (target: string, method = 'GET'): Promise<number> => {
    const request = incoming(target, ADDRESSES.unknown, method);
    Object.defineProperty(request, 'range', { get: () => void reads++ });
    await handler.decide(request);
    return reads;
  };
  assert.equal(await asked(blob(1), 'HEAD'), 0);
  assert.equal(await asked(blob(3).replace('blobs', 'manifests')), 0);
  assert.equal(await asked(blob(2)), 0);
  assert.equal(await asked(blob(1)), 1);
});

test('a manifest is not counted, nor an answer that is not a redirect', async () => {
  const parts = assembled(PRICED);
  for (const target of ['/v2/pause/manifests/3.9', '/v2/', '/v2/pause/blobs/sha256:0'])
    await parts.handler.decide(incoming(target));
  assert.deepEqual(counted(parts), NONE);
});

test('an upstream that is down would not have sent it: the next one would', async () => {
  const parts = assembled(PRICED);
  const { handler, checker, owner, policy } = parts;
  checker.answers.set('https://cdn.example', PRESENT);
  const [{ index }] = policy.registries[0].upstreams;
  for (let canary = 0; canary < 3; canary++) owner.probed(index, 'fail', '');
  await handler.decide(incoming(blob(1)));
  assert.deepEqual(counted(parts).upstreamUsd, { cdn: 4 * SIZE });
});

test('the upstream of another registry has no price, so there is nothing to compare with', async () => {
  const parts = assembled(PRICED);
  parts.checker.answers.set('https://cdn.example', PRESENT);
  await parts.handler.decide(incoming(blob(1).replace('pause', 'tools/pause')));
  assert.deepEqual(counted(parts), { ...NONE, bytes: { cdn: SIZE }, usd: { cdn: SIZE / 4 } });
});

test('what the upstream sends is counted if a store has stated the size, and costs the same', async () => {
  const parts = assembled(PRICED);
  const { handler, checker } = parts;
  checker.answers.set('https://cdn.example', PRESENT);
  await handler.decide(incoming(blob(1), ADDRESSES.unknown, 'HEAD'));
  // R10: clients in GCP stay on the upstream.
  for (const number of [1, 2]) await handler.decide(incoming(blob(number), ADDRESSES.gcp));
  assert.deepEqual(counted(parts), {
    bytes: { 'upstream GCP': SIZE },
    unknown: { 'upstream GCP': 1 },
    usd: { 'upstream GCP': 2 * SIZE },
    upstreamUsd: { 'upstream GCP': 2 * SIZE },
  });
});

test('a blob that no store has is of unknown size', async () => {
  const parts = assembled(PRICED);
  await parts.handler.decide(incoming(blob(1)));
  assert.deepEqual(counted(parts), { ...NONE, unknown: { upstream: 1 } });
});

test('without prices, bytes are counted and no dollars', async () => {
  const parts = assembled();
  parts.checker.answers.set('https://cdn.example', PRESENT);
  await parts.handler.decide(incoming(blob(1)));
  assert.deepEqual(counted(parts), { ...NONE, bytes: { cdn: SIZE } });
  const { values } = parts.metrics.snapshot(0);
  assert.deepEqual(
    [values.archeio_egress_usd_total, values.archeio_egress_upstream_usd_total],
    [{}, {}],
  );
});

test('after an internal error, the size is not looked up: it counts as unknown', async () => {
  for (const method of ['GET', 'HEAD']) {
    const parts = assembled(PRICED);
    for (const broken of ['presence', 'sizeOf'] as const)
      Object.defineProperty(parts.states, broken, {
        value: () => {
          throw new Error(`${broken} is broken`);
        },
      });
    const decision = await parts.handler.decide(incoming(blob(1), ADDRESSES.unknown, method));
    assert.equal(decision.reason.code, 'internal-error');
    const unknown = method === 'GET' ? { upstream: 1 } : {};
    assert.deepEqual(counted(parts), { ...NONE, unknown });
  }
});

test('a fault in looking up the size counts the decision once', async () => {
  const parts = assembled();
  parts.checker.answers.set('https://cdn.example', PRESENT);
  Object.defineProperty(parts.states, 'sizeOf', {
    value: () => {
      throw new Error('broken');
    },
  });
  assert.equal((await parts.handler.decide(incoming(blob(1)))).rule, 'R12');
  assert.deepEqual(parts.record.totals().decisions, { R12: 1 });
});
