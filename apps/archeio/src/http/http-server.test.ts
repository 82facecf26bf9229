import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Answer } from '@archeio/request-handler';
import { assembled, blob, digest, PRESENT, SOURCE } from '../worker/testing/assembled.ts';
import { HttpServer, type HttpServerOptions } from './http-server.ts';
import type { RequestObserver } from './request-observer.ts';
import { type Way, WAYS } from './testing/ways.ts';

// test/requests and test/serving hold the answers of both runtimes, over sockets and in separate
// processes; these tests cover only the adapter.

/** Sends bytes and resolves with everything that the server sends until it ends the connection. */
function exchangeBy(way: Way, port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = way.connect(port, (each) => each.write(bytes));
    socket.on('data', (chunk) => (received += String(chunk)));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
  });
}

async function startedFor({ preface }: Way, options: HttpServerOptions) {
  const parts = assembled();
  const server = new HttpServer(parts.handler, parts.metrics.requests, { preface, ...options });
  const port = await server.listen('127.0.0.1', 0);
  return { ...parts, server, port };
}

const get = (path: string, ...headers: string[]): string =>
  [`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: close', ...headers, '', ''].join('\r\n');

for (const way of WAYS)
  describe(`requests by ${way.name}`, () => {
    const exchange = (port: number, bytes: string) => exchangeBy(way, port, bytes);
    const started = (options: HttpServerOptions = {}) => startedFor(way, options);

    test('sends the decided answer, at once or after asking a store', async () => {
      const { server, port, checker } = await started();
      checker.answers.set('https://', PRESENT);
      assert.match(
        await exchange(port, get('/livez')),
        /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nhealthy\n$/,
      );
      const late = await exchange(
        port,
        get(blob(1), 'X-Forwarded-For: 35.180.1.1', 'x-forwarded-for: 10.0.0.1'),
      );
      assert.match(
        late,
        new RegExp(
          `^HTTP/1\\.1 307 Temporary Redirect\r\nLocation: https://paris\\.example/${digest(1)}\r\n`,
        ),
      );
      assert.match(
        await exchange(port, get(blob(1))),
        way.name.startsWith('PROXY')
          ? /\r\nLocation: https:\/\/paris\./
          : /\r\nLocation: https:\/\/cdn\./,
        'the peer counts where there is no header',
      );
      assert.equal(await server.close(1000), 'finished');
    });

    test('refuses unreadable or too long requests with an OCI error', async () => {
      const { server, port } = await started();
      for (const [bytes, status] of [
        ['BREW /v2/ HTTP/1.1\r\nHost: x\r\n\r\n', 405],
        ['CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n', 405],
        ['GET /v2/\u0001 HTTP/1.1\r\nHost: x\r\n\r\n', 400],
        [get(`/v2/${'a'.repeat(9000)}`), 414],
        [get('/v2/', `X-A: ${'a'.repeat(20_000)}`), 431],
        [get('/v2/', ...Array.from({ length: 100 }, (_, at) => `X-${at}: x`)), 431],
        ['GET /v2/ HTTP/1.1\r\n\r\n', 400],
        ['PUT /v2/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n', 405],
      ] as const) {
        const answer = await exchange(port, bytes);
        assert.ok(answer.startsWith(`HTTP/1.1 ${status} `), answer);
        assert.equal(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))).errors.length, 1);
        assert.match(answer, /\r\nConnection: close\r\n/);
      }
      await server.close(1000);
    });

    test('ignores a client that is gone before it can be refused', async () => {
      const { server, port } = await started();
      await new Promise<void>((resolve) => {
        way.connect(port, (socket) => {
          socket.write('GET /v2/ HTTP/1.1\r\nHo');
          if (way.name.includes('TLS')) socket.destroy();
          else socket.resetAndDestroy();
          resolve();
        });
      });
      assert.match(await exchange(port, get('/livez')), /^HTTP\/1\.1 200 /);
      assert.equal(await server.close(1000), 'finished');
    });

    test('a silent connection ends without an answer, half a request with one', async () => {
      const { server, port } = await started({ headersTimeout: 100 });
      const silent = exchange(port, '');
      while (server.open === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      // Bun does not report whether anything has arrived, on a connection that it accepted itself.
      if (process.versions.bun === undefined || way.preface !== undefined)
        assert.equal(await silent, '');
      else assert.match(await silent, /^HTTP\/1\.1 408 /);
      assert.match(await exchange(port, 'GET /livez HTTP/1.1\r\nHo'), /^HTTP\/1\.1 408 /);
      assert.equal(await server.close(1000), 'finished');
    });

    test('while closing, each answer is the last one on its connection', async () => {
      const { server, port } = await started();
      server.announceClose();
      assert.match(
        await exchange(port, 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n'),
        /\r\nConnection: close\r\n/,
      );
      await server.close(1000);
    });

    test('cuts a request that outlasts the time-out of a stop', async () => {
      const { server, port, checker } = await started();
      checker.answers.set('https://', 'never');
      const cut = exchange(port, get(blob(1)));
      while (checker.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(await server.close(50), 'cut');
      assert.equal(await cut, '');
    });

    test('a port in use is an error', async () => {
      const { server, port } = await started();
      const { handler, metrics } = assembled();
      await assert.rejects(new HttpServer(handler, metrics.requests).listen('127.0.0.1', port), {
        code: 'EADDRINUSE',
      });
      await server.close(1000);
    });

    test('refuses unreadable input once, after every pending answer', async () => {
      const { server, port, checker } = await started();
      checker.answers.set('https://', PRESENT);
      const broken = 'GET /livez HTTP/1.1\r\nHost x\r\n\r\n';
      for (const [bytes, statuses] of [
        [
          `GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n${broken}`,
          '200 200 400',
        ],
        [`${get('/livez')}${broken}`, '200'],
        [`${get(blob(2))}${broken}`, '307'],
        [`${get('/livez', 'Upgrade: h2c')}${get('/v2/')}`, '200'],
        [`PUT /v2/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZ\r\n`, '405'],
      ] as const) {
        const answers = [...(await exchange(port, bytes)).matchAll(/HTTP\/1\.1 (\d{3}) /g)];
        assert.equal(answers.map(([, status]) => status).join(' '), statuses, bytes);
      }
      await server.close(1000);
    });

    test('an observer is told the pull ID of a request, if the configuration gives tokens', async () => {
      const pullId = 'abcdef0123456789'.repeat(2);
      const pulls: (string | undefined)[] = [];
      const observer: RequestObserver = {
        observe: ({ pull }) => {
          pulls.push(pull);
          return undefined;
        },
      };
      const { server, port, handler } = await started({ observer });
      const ask = (line: string): Promise<string> => exchange(port, get('/v2/', line));
      await ask(`Authorization: Bearer archeio-${pullId}`);
      const realm = 'https://images.example/token';
      server.use(assembled({ ...SOURCE, correlation: { token: true, realm } }).handler, observer);
      const answers = [
        await ask(`AUTHORIZATION: bearer archeio-${pullId}`),
        await ask('Authorization: Bearer secret-of-another-registry'),
        await ask(`Authorization: Basic archeio-${pullId}`),
        await ask('Accept: */*'),
      ];
      assert.deepEqual(
        answers.map((each) => each.split(' ')[1]),
        ['200', '200', '401', '401'],
      );
      assert.doesNotMatch(answers.join(), /abcdef|secret/);
      assert.deepEqual(pulls, [undefined, pullId, undefined, undefined, undefined]);
      server.use(handler);
      assert.equal(await server.close(1000), 'finished');
    });

    test('what preempts the handler may leave requests to it, and may take its time', async () => {
      const { server, port } = await started({
        preempt: ({ target }) => {
          const answer: Answer = { status: 418, headers: ['Content-Length', '0'], body: '' };
          if (target === '/now') return answer;
          return target === '/later' ? Promise.resolve(answer) : undefined;
        },
      });
      for (const [path, status] of [
        ['/now', 418],
        ['/later', 418],
        ['/livez', 200],
      ] as const)
        assert.ok((await exchange(port, get(path))).startsWith(`HTTP/1.1 ${status} `), path);
      await server.close(1000);
    });

    test('an observer sees each decided request and its answer', async () => {
      const told: string[] = [];
      const ignore = (): void => undefined;
      const observing = (name: string): RequestObserver => ({
        observe: ({ incoming, headers, requestId, traceId }) => {
          told.push(`${name} ${incoming.target} ${headers.length} ${requestId} ${traceId}`);
          return incoming.target === '/privacy'
            ? undefined
            : {
                client: ignore,
                asking: ignore,
                asked: ignore,
                considered: ignore,
                decided: ({ rule }) => told.push(rule),
                answered: (status, milliseconds) => told.push(`${status} ${milliseconds}`),
              };
        },
      });
      const { server, port, handler } = await started({ observer: observing('first') });
      await exchange(port, get('/v2/'));
      await exchange(port, get('/privacy'));
      await exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n');
      server.use(handler, observing('second'));
      await exchange(port, get('/v2/_catalog'));
      server.use(handler);
      await exchange(port, get('/v2/'));
      assert.deepEqual(told, [
        'first /v2/ 4 undefined undefined',
        'R4',
        '200 0',
        'first /privacy 4 undefined undefined',
        'second /v2/_catalog 4 undefined undefined',
        'R5',
        '404 0',
      ]);
      assert.equal(await server.close(1000), 'finished');
    });
  });
