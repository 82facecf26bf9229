import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { type ConfiguredProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { rawRequest, type RawResponse } from '../parts/raw-request.ts';
import { startStore, type StoreServer } from '../parts/store-server.ts';
import { metrics, until } from '../processes/several-processes.ts';
import { digest, withStore } from '../serving/configurations.ts';

const LIMIT = { timeout: 120_000 };
const REALM = 'https://images.example/token';
const CHALLENGE = `Bearer realm="${REALM}",service="images.example"`;
const UPSTREAM = 'https://upstream.example/v2/images';

/** The store wants the ID of each request, the upstream does not. */
function correlated(url: string, processes: number): ConfigurationSource {
  return withStore(url, {
    listen: { host: '127.0.0.1', port: 0, processes },
    stores: [{ name: 'store', url, key: '{digest}', default: true, rid: true }],
    correlation: { requestId: true, token: true, realm: REALM },
  });
}

const blob = (number: number): string => `/v2/pause/blobs/${digest(number)}`;

function send(
  { port }: { readonly port: number },
  target: string,
  headers: readonly string[] = [],
  method = 'GET',
): Promise<RawResponse> {
  const lines = [`${method} ${target} HTTP/1.1`, 'Host: registry.example', ...headers];
  return rawRequest(port, `${lines.join('\r\n')}\r\n\r\n`);
}

/** An answer as text without the header lines that differ between any two requests. */
function constantPart({ bytes }: RawResponse): string {
  return bytes.replace(/^(?:date|x-request-id): .*\r\n/gim, '').replace(/\?rid=\S+/, '');
}

for (const runtime of RUNTIMES)
  for (const processes of [1, 2])
    describe(`pull IDs and rid: ${runtime}, ${processes} at work`, LIMIT, () => {
      let store: StoreServer;
      let archeio: ConfiguredProcess;
      before(async () => {
        store = await startStore();
        for (let number = 0; number < 10; number++) store.put(digest(number), Buffer.from('x'));
        archeio = await startWith(runtime, correlated(store.url, processes));
      });
      after(async () => {
        await archeio[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
      });

      test(
        '/v2/ asks for a token, whatever the headers say of host and scheme',
        LIMIT,
        async () => {
          for (const [target, method] of [
            ['/v2/', 'GET'],
            ['/v2', 'GET'],
            ['/v2/?a=b', 'HEAD'],
            ['http://other.example/v2/', 'GET'],
          ] as const)
            for (const lines of [
              [],
              ['X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: http'],
              ['Authorization: Basic eDp5'],
              ['Authorization: Bearer'],
            ]) {
              const { status, headers, body } = await send(archeio, target, lines, method);
              assert.equal(status, 401);
              assert.equal(headers.get('www-authenticate'), CHALLENGE);
              assert.equal(headers.get('docker-distribution-api-version'), 'registry/2.0');
              assert.equal(headers.get('content-type'), 'application/json');
              assert.equal(headers.get('cache-control'), 'no-store');
              if (method === 'HEAD') assert.equal(body, '');
              else assert.equal(JSON.parse(body).errors[0].code, 'UNAUTHORIZED');
            }
          for (const token of ['another.registry/s', 'eyJhbGciOiJub25lIn0.e30.'])
            assert.equal(
              (await send(archeio, '/v2/', [`Authorization: Bearer ${token}`])).status,
              200,
            );
        },
      );

      test('/token gives a different token to each request', LIMIT, async () => {
        const tokens = new Set<string>();
        for (const target of [
          '/token',
          '/token?service=images.example&scope=repository:a:pull',
          '/token?account=x',
        ])
          for (const lines of [[], ['Authorization: Basic eDp5']]) {
            const { status, headers, body } = await send(archeio, target, lines);
            assert.equal(status, 200);
            assert.equal(headers.get('content-type'), 'application/json');
            assert.equal(headers.get('cache-control'), 'no-store');
            const { token, access_token, expires_in, issued_at } = JSON.parse(body);
            assert.match(token, /^archeio-[0-9a-f]{32}$/);
            assert.equal(access_token, token);
            assert.equal(expires_in, 3600);
            assert.ok(Math.abs(Date.parse(issued_at) - Date.now()) < 60_000);
            tokens.add(token);
          }
        assert.equal(tokens.size, 6);
        const head = await send(archeio, '/token', [], 'HEAD');
        assert.equal(head.status, 200);
        assert.equal(head.body, '');
        assert.equal((await send(archeio, '/token', [], 'POST')).status, 405);
        assert.equal((await send(archeio, '/token/')).status, 404);
        const [token] = tokens;
        assert.equal((await send(archeio, '/v2/', [`Authorization: Bearer ${token}`])).status, 200);
      });

      test(
        'every other answer is the same with any Authorization, and repeats none',
        LIMIT,
        async () => {
          const { body } = await send(archeio, '/token');
          for (const target of [
            '/',
            blob(1),
            blob(100),
            '/v2/pause/manifests/3.9',
            '/v2/_catalog',
            '/v2/A/tags/list',
            '/livez',
            '/x',
          ]) {
            const plain = await send(archeio, target);
            for (const value of [
              `Bearer ${JSON.parse(body).token}`,
              'Bearer a-secret',
              'Basic YS1zZWNyZXQ=',
              'nonsense',
            ]) {
              const answer = await send(archeio, target, [`Authorization: ${value}`]);
              assert.equal(constantPart(answer), constantPart(plain), `${target} ${value}`);
              assert.ok(!answer.bytes.includes(value.split(' ').at(-1)!));
            }
          }
          assert.doesNotMatch(
            JSON.stringify(archeio.log),
            /a-secret|YS1zZWNyZXQ|archeio-[0-9a-f]{32}/,
          );
        },
      );

      test(
        'only redirects to a backend with rid have the ID that the answer has',
        LIMIT,
        async () => {
          for (const [target, url] of [
            [blob(1), `${store.url}/${digest(1)}`],
            [blob(100), `${UPSTREAM}/pause/blobs/${digest(100)}`],
            ['/v2/pause/manifests/3.9', `${UPSTREAM}/pause/manifests/3.9`],
            ['/v2/pause/tags/list?n=1', `${UPSTREAM}/pause/tags/list?n=1`],
            ['/', 'https://info.example'],
          ] as const) {
            for (const lines of [[], ['X-Request-ID: id-1']]) {
              const { headers } = await send(archeio, target, lines);
              const id = headers.get('x-request-id');
              assert.match(id ?? '', /^[\w.-]{1,128}$/);
              assert.equal(
                headers.get('location'),
                url.startsWith(store.url) ? `${url}?rid=${id}` : url,
              );
            }
          }
          assert.ok(store.accesses.every(({ path }) => !path.includes('rid=')));
        },
      );

      test('the answers are counted as such', LIMIT, async () => {
        const counted = async (labels: string): Promise<number> => {
          const lines = (await metrics(archeio)).split('\n');
          const line = lines.find((each) => each.startsWith(`archeio_decisions_total{${labels},`));
          return Number(line?.split(' ').at(-1) ?? 0);
        };
        await until(
          'the counted answers',
          async () => (await counted('rule="R7",kind="token"')) >= 8,
        );
        assert.ok((await counted('rule="R4",kind="base"')) > 16);
      });
    });
