import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { spawnLimited } from '../../../../../test/parts/limited-child.ts';
import { RUNTIMES } from '../../../../../test/parts/archeio-process.ts';
import { rawRequest, type RawResponse } from '../../../../../test/parts/raw-request.ts';
import { ROOT } from '../../../../../tools/source-files.ts';
import { portProblem } from '../../serve/port-problem.ts';
import { fixtureServer, LARGE, SHORT_TIMEOUT } from './testing/admin-fixture.ts';

interface Admin extends AsyncDisposable {
  readonly port: number;
}

/** On Bun in a separate process, on Node in this one. */
async function startAdmin(runtime: 'bun' | 'node', timeout = 60_000): Promise<Admin> {
  if (runtime === 'node') {
    const server = fixtureServer([], undefined, timeout);
    const port = await server.listen('127.0.0.1', 0);
    return { port, [Symbol.asyncDispose]: async () => void (await server.close(100)) };
  }
  const runner = join(import.meta.dirname, 'testing/admin-runner.ts');
  const child = spawnLimited(join(ROOT, 'node_modules/.bin/bun'), [runner, String(timeout)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return {
    port: Number(String(line)),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

function ask(port: number, target: string, method = 'GET', ...lines: string[]) {
  const head = [`${method} ${target} HTTP/1.1`, `Host: localhost:${port}`, ...lines];
  return rawRequest(port, `${head.join('\r\n')}\r\n\r\n`);
}

function errorOf({ headers, body }: RawResponse): string {
  assert.equal(headers.get('content-type'), 'application/json');
  const { error, ...rest } = JSON.parse(body);
  assert.deepEqual(rest, {});
  return error;
}

for (const runtime of RUNTIMES) {
  describe(`admin listener: ${runtime}`, { concurrency: true }, () => {
    test('health, metrics, status, explanations and the list of endpoints', async () => {
      await using admin = await startAdmin(runtime);
      for (const [path, status] of [
        ['/livez', 200],
        ['/readyz', 503],
        ['/startupz', 503],
        ['/healthz?verbose', 503],
        ['/live', 200],
        ['/ready', 503],
      ] as const)
        assert.equal((await ask(admin.port, path)).status, status, path);

      const metrics = await ask(admin.port, '/metrics');
      assert.equal(metrics.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
      assert.equal(
        Buffer.from(metrics.body, 'latin1').toString(),
        '# TYPE x gauge\nx{label="é"} 1\n',
      );

      const status = await ask(admin.port, '/api/status');
      assert.equal(JSON.parse(status.body).uptimeSeconds, 61);
      assert.equal(status.headers.get('cache-control'), 'no-store');

      const query = new URLSearchParams({ path: '/v2/a/tags/list?n=1', ip: '::ffff:1.2.3.4' });
      const explained = await ask(
        admin.port,
        `/api/explain?${query.toString()}&method=HEAD&host=a.example`,
      );
      assert.deepEqual(JSON.parse(explained.body), {
        path: '/v2/a/tags/list?n=1',
        ip: '::ffff:1.2.3.4',
        method: 'HEAD',
        host: 'a.example',
      });

      for (const accept of [[], ['Accept: */*'], ['Accept: text/html;q=0']]) {
        const list = await ask(admin.port, '/', 'GET', ...accept);
        assert.equal(list.headers.get('content-type'), 'text/plain; charset=utf-8');
        for (const [path] of list.body.matchAll(/^\/\S*/gm))
          assert.ok([200, 400, 503].includes((await ask(admin.port, path)).status), path);
      }
    });

    test('the console: types, entity tags, compression, HEAD, and no other file', async () => {
      await using admin = await startAdmin(runtime);
      const get = (path: string, ...lines: string[]) =>
        ask(admin.port, path, 'GET', 'Accept: text/html,*/*;q=0.8', ...lines);
      const page = await get('/');
      assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
      assert.equal(page.headers.get('vary'), 'Accept, Accept-Encoding');
      const policy = page.headers.get('content-security-policy') ?? '';
      assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src/);
      const linked = [...page.body.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, path]) => path);
      assert.ok(linked.includes('console/app.js'));
      for (const path of linked)
        assert.ok([200, 503].includes((await get(`/${path}`)).status), path);

      const plain = await get('/console/lib/uplot.js');
      assert.equal(plain.headers.get('content-type'), 'text/javascript; charset=utf-8');
      assert.equal(plain.headers.get('content-encoding'), undefined);
      assert.equal(plain.headers.get('cache-control'), 'no-cache');
      const packed = await get('/console/lib/uplot.js', 'Accept-Encoding: br, gzip;q=0.5');
      assert.equal(packed.headers.get('content-encoding'), 'gzip');
      assert.ok(packed.body.length < plain.body.length / 2);
      assert.equal(gunzipSync(Buffer.from(packed.body, 'latin1')).toString('latin1'), plain.body);
      const tags = [plain, packed].map(({ headers }) => headers.get('etag') ?? '');
      assert.notEqual(tags[0], tags[1]);
      for (const line of [`If-None-Match: "x", W/${tags[0]}`, 'If-None-Match: *']) {
        const again = await get('/console/lib/uplot.js', line, 'Connection: close');
        assert.deepEqual([again.status, again.headers.get('etag')], [304, tags[0]]);
        assert.ok(again.bytes.endsWith('\r\n\r\n'));
      }
      assert.equal((await get('/console/lib/uplot.js', `If-None-Match: ${tags[1]}`)).status, 200);
      const head = await ask(admin.port, '/console/style.css', 'HEAD', 'Connection: close');
      assert.deepEqual([head.status, head.bytes.endsWith('\r\n\r\n')], [200, true]);
      for (const path of [
        '/console',
        '/console/',
        '/console/index.html',
        '/console/../package.json',
      ])
        assert.equal((await get(path)).status, 404, path);
    });

    test('HEAD is the same without a body', async () => {
      await using admin = await startAdmin(runtime);
      for (const path of ['/', '/livez', '/metrics', '/api/status', '/nothing']) {
        const get = await ask(admin.port, path);
        // The connection ends, so that the test would see a body.
        const head = await ask(admin.port, path, 'HEAD', 'Connection: close');
        assert.equal(head.status, get.status);
        assert.equal(head.headers.get('content-length'), get.headers.get('content-length'), path);
        assert.ok(head.bytes.endsWith('\r\n\r\n'), head.bytes);
      }
    });

    test('everything but GET and HEAD is 405 with Allow', async () => {
      await using admin = await startAdmin(runtime);
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']) {
        const answer = await ask(admin.port, '/metrics', method, 'Content-Length: 0');
        assert.equal(answer.status, 405, method);
        assert.equal(answer.headers.get('allow'), 'GET, HEAD');
        assert.equal(errorOf(answer), `cannot use method "${method}": expected GET or HEAD`);
      }
      for (const bytes of [
        'BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n',
        'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n',
        'CONNECT x:1 HTTP/1.1\r\nHost: localhost\r\n\r\n',
      ])
        assert.equal((await rawRequest(admin.port, bytes)).status, 405, bytes);
      const body = await ask(admin.port, '/', 'POST', 'Content-Length: 5', 'Expect: 100-continue');
      assert.deepEqual([body.status, body.headers.get('connection')], [405, 'close']);
    });

    test('unreadable and too large requests and unknown paths get an error as JSON', async () => {
      await using admin = await startAdmin(runtime);
      for (const [bytes, status] of [
        [`GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 414],
        [`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
        [`GET / HTTP/1.1\r\nHost: localhost\r\n${'X: x\r\n'.repeat(101)}\r\n`, 431],
        ['GET / HTTP/1.1\r\n\r\n', 400],
        ['GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n', 400],
        ['nonsense\r\n\r\n', 400],
        ['GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n', 404],
        [`GET /${'b'.repeat(3000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 404],
        ['GET //livez HTTP/1.1\r\nHost: localhost\r\n\r\n', 404],
        ['GET /api/../livez HTTP/1.1\r\nHost: localhost\r\n\r\n', 404],
        ['GET /api/explain HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
      ] as const) {
        const answer = await rawRequest(admin.port, bytes);
        assert.equal(answer.status, status, bytes.slice(0, 80));
        assert.ok(errorOf(answer).length < 400);
      }
    });

    test('HTTP/1.0 is answered, with and without a Host', async () => {
      await using admin = await startAdmin(runtime);
      for (const line of ['', 'Host: localhost\r\n'])
        assert.equal(
          (await rawRequest(admin.port, `GET /livez HTTP/1.0\r\n${line}\r\n`)).status,
          200,
        );
    });

    test('a web page cannot read the answers through its own host name (DNS rebinding)', async () => {
      await using admin = await startAdmin(runtime);
      const get = (target: string, host: string) =>
        rawRequest(admin.port, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      for (const host of [
        'evil.example',
        'evil.example:9090',
        'localhost.evil.example',
        '[::2]',
        '',
      ]) {
        const answer = await get('/api/status', host);
        assert.equal(answer.status, 403, host);
        assert.match(
          errorOf(answer),
          /^cannot answer for host ".*": expected localhost, 127\.0\.0\.1, /,
        );
      }
      assert.equal((await get('http://evil.example/livez', 'localhost')).status, 403);
      for (const host of ['localhost', 'LOCALHOST:1', '127.0.0.1:9090', '[::1]:9090', '[::1]'])
        assert.equal((await get('/livez', host)).status, 200, host);
      assert.equal((await get('http://localhost:1/livez', 'evil.example')).status, 200);
      assert.equal((await get('http://localhost?x', 'localhost')).status, 404);
    });

    test('an internal error is 500, an invalid query 400', async () => {
      await using admin = await startAdmin(runtime, SHORT_TIMEOUT);
      for (const [path, status, error] of [
        ['/throw', 500, 'internal error; see the log'],
        ['/text', 500, 'internal error; see the log'],
        ['/refuse', 400, 'cannot explain this'],
        ['/never', 503, 'no answer in time'],
      ] as const) {
        const answer = await ask(admin.port, `/api/explain?path=${path}&ip=1.2.3.4`);
        assert.deepEqual([answer.status, errorOf(answer)], [status, error]);
      }
    });

    test('a client that does not read its answer is disconnected', async () => {
      await using admin = await startAdmin(runtime, SHORT_TIMEOUT);
      const socket = connect(admin.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write('GET /api/explain?path=/large&ip=1.2.3.4 HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await once(socket, 'readable');
      // The server gives up; what is still in flight is read to the end, which comes early.
      await new Promise((resolve) => setTimeout(resolve, 2000));
      let received = 0;
      socket.on('data', (chunk) => (received += chunk.length));
      await once(socket, 'close');
      assert.ok(received > 0 && received < LARGE, String(received));
    });
  });
}

test('a port in use is reported in one clear line', async () => {
  const server = fixtureServer();
  const port = await server.listen('127.0.0.1', 0);
  const taken = await fixtureServer()
    .listen('127.0.0.1', port)
    .catch((error: unknown) => error);
  assert.equal(
    String(portProblem(taken, '127.0.0.1', port, 'ADMIN_PORT or listen.admin.port')),
    `ArcheioError: cannot listen on 127.0.0.1:${port}: the port is already in use; choose another with ADMIN_PORT or listen.admin.port`,
  );
  assert.equal(await server.close(1000), 'finished');
});

test('an internal error is logged with the path and without the query', async () => {
  const lines: string[] = [];
  const server = fixtureServer(lines);
  const port = await server.listen('127.0.0.1', 0);
  await ask(port, '/api/explain?path=/throw&ip=1.2.3.4', 'GET', 'Connection: close');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    [
      {
        time: '1970-01-01T00:00:00.000Z',
        level: 'error',
        event: 'admin-failure',
        path: '/api/explain',
        message: 'a fault',
      },
    ],
  );
  await server.close(1000);
});

test('on an address other than loopback, it answers for any host', async () => {
  const server = fixtureServer();
  const port = await server.listen('0.0.0.0', 0);
  const bytes = 'GET /livez HTTP/1.1\r\nHost: archeio.monitoring.svc\r\nConnection: close\r\n\r\n';
  assert.equal((await rawRequest(port, bytes)).status, 200);
  await server.close(1000);
});
