import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { until } from '../parts/log-waits.ts';
import { startStore } from '../parts/store-server.ts';
import { digest, pull, withStore } from '../serving/configurations.ts';

const UPSTREAM = (number: number): string =>
  `https://upstream.example/v2/images/pause/blobs/${digest(number)}`;

const STORE = { name: 'store', key: '{digest}', default: true };

/** Answers of a store under a 200 or 206, each with what asks for it. */
const ANSWERS: readonly (readonly [
  what: string,
  check: 'head' | 'range',
  status: number,
  headers: Readonly<Record<string, string>>,
])[] = [
  // project-zot/zot#4427
  ['a length of 0', 'head', 200, { 'content-length': '0' }],
  ['no body at all', 'range', 200, {}],
  ['a part of nothing', 'range', 206, { 'content-range': 'bytes 0-0/0', 'content-length': '0' }],
  ['a part without its place', 'range', 206, { 'content-length': '0' }],
  ['416 of an empty object', 'range', 416, { 'content-range': 'bytes */0' }],
  ['another digest', 'head', 200, { 'docker-content-digest': digest(9), 'content-length': '4' }],
  ['an HTML page', 'head', 200, { 'content-type': 'text/html', 'content-length': '4' }],
  ['an encoding', 'head', 200, { 'content-encoding': 'gzip', 'content-length': '4' }],
  // s3fs-fuse/s3fs-fuse#139, localstack/localstack#10393
  ['an archived object', 'head', 200, { 'x-amz-storage-class': 'GLACIER', 'content-length': '4' }],
  [
    'an object of an archive tier',
    'head',
    200,
    { 'x-amz-storage-class': 'INTELLIGENT_TIERING', 'x-amz-archive-status': 'ARCHIVE_ACCESS' },
  ],
  ["Azure's archive tier", 'head', 200, { 'x-ms-access-tier': 'Archive', 'content-length': '4' }],
];

for (const runtime of RUNTIMES) {
  describe(`an answer that cannot be the blob sends no client to the store: ${runtime}`, () => {
    test('for each such answer, and the same store with a blob', async () => {
      await using store = await startStore();
      await using heads = await startWith(runtime, withStore(store.url));
      await using ranges = await startWith(
        runtime,
        withStore(store.url, { stores: [{ ...STORE, url: store.url, check: 'range' }] }),
      );
      for (const [at, [what, check, status, headers]] of ANSWERS.entries()) {
        store.behave((_request, response) => response.writeHead(status, headers).end());
        const { port } = check === 'head' ? heads : ranges;
        assert.equal((await pull(port, at)).location, UPSTREAM(at), what);
      }
      const restored = {
        'x-amz-storage-class': 'GLACIER',
        'x-amz-restore': 'ongoing-request="false", expiry-date="Fri, 21 Dec 2125 00:00:00 GMT"',
        'content-length': '4',
      };
      store.behave((_request, response) => response.writeHead(200, restored).end());
      assert.equal((await pull(heads.port, 100)).location, `${store.url}/${digest(100)}`);
    });

    test('a canary finds an empty object instead of its probe', async () => {
      await using store = await startStore();
      store.behave((_request, response) => response.writeHead(200, { 'content-length': 0 }).end());
      await using archeio = await startWith(
        runtime,
        withStore(store.url, {
          stores: [{ ...STORE, url: store.url, probe: digest(1) }],
          health: { every: '1s' },
        }),
      );
      await pull(archeio.port, 2);
      const down = () =>
        archeio.log.find(({ event, backend }) => event === 'backend-down' && backend === 'store');
      await until('the store to go down', () => down() !== undefined);
      assert.equal(
        down()?.['saw'],
        'status 200, but its length is 0, and the digest is not that of the empty blob',
      );
    });
  });
}
