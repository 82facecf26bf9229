import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import type { Status } from '../../apps/archeio/src/ipc/status.ts';
import { type ArcheioProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { startStore } from '../parts/store-server.ts';
import { digest, withStore } from './configurations.ts';

const GIB = 1024 ** 3;

/** Dollars a byte, as binary fractions: sums are exact. */
const PRICES = { store: 1 / 4, upstream: 1 / 2 };

/** Sends a request for a blob, with raw header lines, and does not follow the redirect. */
function ask(port: number, number: number, method: string, range: readonly string[]) {
  return new Promise<void>((resolve, reject) => {
    const headers = ['Host', '127.0.0.1', ...range.flatMap((each) => ['rAnGe', each])];
    request(
      { port, host: '127.0.0.1', path: `/v2/pause/blobs/${digest(number)}`, method, headers },
      (response) => response.resume().on('end', resolve),
    )
      .on('error', reject)
      .end();
  });
}

/** The value of a sample, found by the beginning of its line. */
async function sample({ adminPort }: ArcheioProcess, name: string): Promise<number | undefined> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(name));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
}

/** Each with the bytes that a client of a blob of 1,000 bytes fetches. */
const REQUESTS: readonly (readonly [method: string, range: readonly string[], bytes: number])[] = [
  ['GET', [], 1000],
  ['HEAD', [], 0],
  ['HEAD', ['bytes=10-'], 0],
  ['GET', ['bytes=10-'], 990],
  ['GET', ['bytes=990-995'], 10],
  ['GET', ['bytes=-7'], 7],
  ['GET', ['bytes=5000-'], 0],
  ['GET', ['bytes=1-2,5-6'], 1000],
  ['GET', ['bytes=1-', 'bytes=2-'], 1000],
  ['GET', ['lines=5-'], 1000],
];

for (const runtime of RUNTIMES)
  test(`bytes and dollars agree with what a client fetches: ${runtime}`, async () => {
    await using store = await startStore();
    store.put(digest(1), Buffer.alloc(1000));
    const upstream = { name: 'upstream', url: 'https://upstream.example', path: 'images' };
    await using archeio = await startWith(
      runtime,
      withStore(store.url, {
        registries: [
          { name: 'k8s', upstreams: [{ ...upstream, usdPerGiB: PRICES.upstream * GIB }] },
        ],
        stores: [
          {
            name: 'store',
            url: store.url,
            key: '{digest}',
            default: true,
            usdPerGiB: { sameRegion: 0, sameCloud: 0, internet: PRICES.store * GIB },
          },
        ],
        presence: { budget: '30s', timeout: '60s' },
      }),
    );
    let fetched = 0;
    for (const [method, range, bytes] of REQUESTS) {
      await ask(archeio.port, 1, method, range);
      fetched += bytes;
    }
    for (const method of ['GET', 'HEAD', 'GET']) await ask(archeio.port, 2, method, ['bytes=1-']);

    const of = (backend: string) => `{backend="${backend}",cloud=""`;
    const read = (name: string, backend: string) => sample(archeio, name + of(backend));
    assert.equal(await read('archeio_blob_bytes_total', 'store'), fetched);
    assert.equal(await read('archeio_blob_unknown_size_total', 'store'), 0);
    assert.equal(await read('archeio_egress_usd_total', 'store'), fetched * PRICES.store);
    assert.equal(
      await read('archeio_egress_upstream_usd_total', 'store'),
      fetched * PRICES.upstream,
    );
    assert.equal(await read('archeio_blob_bytes_total', 'upstream'), 0);
    assert.equal(await read('archeio_blob_unknown_size_total', 'upstream'), 2);

    const response = await fetch(`http://127.0.0.1:${archeio.adminPort}/api/status`);
    const { backends } = (await response.json()) as Status;
    assert.deepEqual(
      backends.map((each) => [
        each.name,
        each.bytes,
        each.usd,
        each.upstreamUsd,
        each.unknownSizes,
      ]),
      [
        ['store', fetched, fetched * PRICES.store, fetched * PRICES.upstream, 0],
        ['upstream', 0, 0, 0, 2],
      ],
    );
  });
