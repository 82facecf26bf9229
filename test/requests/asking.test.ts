import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { type ConfiguredProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { rawRequest, type RawResponse } from '../parts/raw-request.ts';
import { startStore, type StoreServer } from '../parts/store-server.ts';
import { metrics, sumOf, until } from '../processes/several-processes.ts';
import { digest, withStore } from '../serving/configurations.ts';

const LIMIT = { timeout: 120_000 };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Behind a proxy on loopback, which writes X-Forwarded-For. Only clients of 198.51.100.0/24 may ask why. */
function askable(storeUrl: string, processes: number): ConfigurationSource {
  return withStore(storeUrl, {
    listen: { host: '127.0.0.1', port: 0, processes },
    clientAddress: { topology: 'trusted-proxies', prefixes: ['127.0.0.0/8'] },
    explain: { header: { from: ['198.51.100.0/24', '2001:db8::/32'] } },
    correlation: { requestId: true },
  });
}

const INSIDE = 'X-Forwarded-For: 198.51.100.7';
const WHY = 'Archeio-Explain: 1';
const blob = (number: number): string => `/v2/pause/blobs/${digest(number)}`;

function send(
  { port }: { readonly port: number },
  target: string,
  headers: readonly string[] = [],
  line = `GET ${target} HTTP/1.1`,
): Promise<RawResponse> {
  return rawRequest(port, `${[line, 'Host: registry.example', ...headers].join('\r\n')}\r\n\r\n`);
}

/** Sends bytes over a new connection and reads until the server ends it. */
function everything(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(5000, () => socket.destroy(new Error(`silence after ${received}`)));
    socket.on('data', (chunk) => (received += String(chunk)));
    socket.on('error', reject);
    socket.on('end', () => resolve(received));
  });
}

/** An answer as text without the header lines that differ between any two requests. */
function constantPart({ bytes }: RawResponse): string {
  return bytes.replace(/^(?:date|x-request-id|archeio-decision): .*\r\n/gim, '');
}

for (const runtime of RUNTIMES)
  for (const processes of [1, 2])
    describe(`asking from the client's side: ${runtime}, ${processes} at work`, LIMIT, () => {
      let store: StoreServer;
      let archeio: ConfiguredProcess;
      before(async () => {
        store = await startStore();
        for (let number = 0; number < 100; number++) store.put(digest(number), Buffer.from('x'));
        archeio = await startWith(runtime, askable(store.url, processes));
      });
      after(async () => {
        await archeio[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
      });

      test('a client inside the prefixes reads rule, backend and reason', LIMIT, async () => {
        for (const [target, expected] of [
          [blob(1), 'rule=R11, backend="store", reason=first-healthy-store'],
          [blob(1000), 'rule=R12, backend="upstream", reason=stores-lack-it'],
          ['/v2/pause/manifests/3.9', 'rule=R9, backend="upstream", reason=source-of-truth'],
          ['/v2/pause/blobs/md5:x', 'rule=R12, backend="upstream", reason=digest-algorithm'],
          ['/', 'rule=R2, reason=info-page'],
          ['/v2/', 'rule=R4, reason=api-base'],
          ['/v2/_catalog', 'rule=R5, reason=no-catalog'],
          ['/v2/A/tags/list', 'rule=R6, reason=invalid-name'],
          ['/livez', 'rule=R7, reason=healthy'],
          ['/x', 'rule=R7, reason=outside-the-api'],
        ]) {
          for (const address of ['198.51.100.7', '2001:db8::7', '10.0.0.1, ::ffff:198.51.100.7']) {
            const { headers } = await send(archeio, target, [`X-Forwarded-For: ${address}`, WHY]);
            assert.equal(headers.get('archeio-decision'), expected, `${target} for ${address}`);
          }
        }
        const post = await send(archeio, '/', [INSIDE, WHY], 'POST /v2/ HTTP/1.1');
        assert.equal(post.headers.get('archeio-decision'), 'rule=R1, reason=read-only');
        const head = await send(archeio, '/', [INSIDE, WHY], `HEAD ${blob(1)} HTTP/1.1`);
        assert.match(head.headers.get('archeio-decision') ?? '', /^rule=R11, /);
      });

      test('no other client does, whatever it sends', LIMIT, async () => {
        for (const headers of [
          [WHY],
          [INSIDE],
          ['X-Forwarded-For: 198.51.101.7', WHY],
          ['X-Forwarded-For: 198.51.100.7, 203.0.113.7', WHY],
          ['X-Forwarded-For: nonsense', WHY],
          ['Forwarded: for=198.51.100.7', WHY],
          [INSIDE, 'Archeio-Explain: 0'],
          [INSIDE, 'Archeio-Explain: 1, 1'],
          [INSIDE, WHY, WHY],
          [INSIDE, 'Archeio-Explain:'],
          [INSIDE, 'Archeio-Explained: 1'],
        ])
          for (const target of [blob(1), '/livez']) {
            const answer = await send(archeio, target, headers);
            assert.ok(!answer.headers.has('archeio-decision'), headers.join(', '));
            assert.equal(answer.status, target === '/livez' ? 200 : 307);
          }
      });

      test(
        'asking costs no extra check, counts as one request, and changes nothing else',
        LIMIT,
        async () => {
          const checksOf = (number: number): number =>
            store.accesses.filter(({ path }) => path === `/${digest(number)}`).length;
          const counted = async () => sumOf(await metrics(archeio), 'archeio_decisions_total');
          const begun = await counted();
          for (const number of [20, 21, 22]) {
            const plain = await send(archeio, blob(number), [INSIDE]);
            const asked = await send(archeio, blob(number + 10), [INSIDE, WHY]);
            assert.ok(asked.headers.has('archeio-decision'));
            assert.equal(
              constantPart(asked).replaceAll(digest(number + 10), digest(number)),
              constantPart(plain),
            );
            assert.deepEqual([checksOf(number), checksOf(number + 10)], [1, 1]);
          }
          for (const target of ['/', '/v2/', '/v2/_catalog', '/livez', '/v2/A/tags/list'])
            assert.equal(
              constantPart(await send(archeio, target, [INSIDE, WHY])),
              constantPart(await send(archeio, target, [INSIDE])),
            );
          assert.equal(await counted(), begun + 16);
        },
      );

      test('every answer has the ID of its request, if that is safe to repeat', LIMIT, async () => {
        for (const id of ['a', 'A.b-C_9', 'x'.repeat(128)])
          for (const target of [blob(1), '/v2/', '/x', '/livez', '/'])
            assert.equal(
              (await send(archeio, target, [`x-request-id: ${id}`])).headers.get('x-request-id'),
              id,
            );
        const made = new Set<string>();
        for (const lines of [
          [],
          ['X-Request-ID:'],
          ['X-Request-ID: a b'],
          ['X-Request-ID: a', 'X-Request-ID: a'],
          [`X-Request-ID: ${'x'.repeat(129)}`],
          ['X-Request-ID: a%0d%0aSet-Cookie:b'],
          ['X-Request-ID: "a"'],
        ]) {
          const { headers, status } = await send(archeio, blob(1), lines);
          assert.match(headers.get('x-request-id') ?? '', UUID, lines.join(', '));
          assert.equal(status, 307);
          made.add(headers.get('x-request-id') ?? '');
        }
        assert.equal(made.size, 7);
      });

      test(
        'refusals have an ID too: their own where the request could be read',
        LIMIT,
        async () => {
          const id = 'X-Request-ID: mine';
          const long = 'x'.repeat(9000);
          for (const [status, line, headers] of [
            [405, 'POST /v2/ HTTP/1.1', [id]],
            [405, 'PUT /v2/ HTTP/1.1', [id, 'Content-Length: 5']],
            [405, 'CONNECT registry.example:443 HTTP/1.1', [id]],
            [414, `GET /${long} HTTP/1.1`, [id]],
            [400, 'GET / HTTP/1.1', [id, 'Host: another']],
            [431, 'GET / HTTP/1.1', [id, ...Array.from({ length: 100 }, (_, at) => `X-${at}: x`)]],
          ] as const) {
            const answer = await send(archeio, '', [...headers, INSIDE, WHY], line);
            assert.equal(answer.status, status, line.slice(0, 30));
            assert.equal(answer.headers.get('x-request-id'), 'mine', line.slice(0, 30));
          }
          for (const [status, line, headers] of [
            [400, 'GET /v2/\u0001 HTTP/1.1', [id]],
            [431, 'GET / HTTP/1.1', [id, `X-Long: ${long}${long}`]],
            [400, 'GET / HTTP/1.1', [id, 'no colon']],
          ] as const) {
            const answer = await send(archeio, '', headers, line);
            assert.equal(answer.status, status, line);
            assert.match(answer.headers.get('x-request-id') ?? '', UUID, line);
          }
          const pipelined = ['a', 'b', 'c'].map(
            (each) => `GET /livez HTTP/1.1\r\nHost: x\r\nX-Request-ID: ${each}\r\n\r\n`,
          );
          const bytes = await everything(archeio.port, `${pipelined.join('')}no request\r\n\r\n`);
          const ids = [...bytes.matchAll(/^X-Request-ID: (.*)\r$/gim)].map(([, each]) => each);
          assert.deepEqual(ids.slice(0, 3), ['a', 'b', 'c']);
          assert.match(ids[3], UUID);
        },
      );

      test(
        'whatever bytes the headers have, no ID that is not safe comes back',
        LIMIT,
        async () => {
          const byte = fc
            .integer({ min: 0, max: 255 })
            .filter((each) => each !== 10 && each !== 13);
          const value = fc
            .array(
              fc.oneof(
                { weight: 1, arbitrary: byte },
                { weight: 6, arbitrary: fc.constantFrom(45, 46, 57, 65, 97) },
              ),
              { maxLength: 140 },
            )
            .map((bytes) => String.fromCharCode(...bytes));
          await fc.assert(
            fc.asyncProperty(
              value,
              fc.oneof(value, fc.constantFrom('1', ' 1\t', '11', '1,')),
              async (id, why) => {
                const headers = [INSIDE, `X-Request-ID: ${id}`, `Archeio-Explain: ${why}`];
                const answer = await send(archeio, '/livez', headers);
                const echoed = answer.headers.get('x-request-id') ?? '';
                const given = id.replace(/^[\t ]+|[\t ]+$/g, '');
                if (answer.status === 200 && /^[\w.-]{1,128}$/.test(given))
                  assert.equal(echoed, given);
                else assert.match(echoed, UUID);
                const asks = answer.status === 200 && why.replace(/^[\t ]+|[\t ]+$/g, '') === '1';
                assert.equal(answer.headers.has('archeio-decision'), asks);
              },
            ),
            { numRuns: 150 },
          );
        },
      );

      test('both are off by default, and a reload turns them off and on', LIMIT, async () => {
        const { explain: _, correlation: __, ...off } = askable(store.url, processes);
        const ask = async () => {
          const answers = [];
          for (let times = 0; times < 8; times++)
            answers.push(await send(archeio, blob(1), [INSIDE, WHY, 'X-Request-ID: mine']));
          return answers.map(
            ({ headers }) => headers.has('archeio-decision') || headers.has('x-request-id'),
          );
        };
        archeio.configure(off);
        await until('no added header', async () => !(await ask()).includes(true));
        archeio.configure(askable(store.url, processes));
        await until('the added headers', async () => !(await ask()).includes(false));
      });
    });
