import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { CheckMethod, StoreChecker } from '../store-checker.ts';
import { selfSignedCertificate } from './certificate.ts';
import { closedPort, type FakeStore, httpsStore, httpStore, rawStore } from './fake-store.ts';

/** Milliseconds; long, where a test is not about time, so that a slow machine fails nothing. */
const PATIENCE = 30_000;
/** Milliseconds; short, where a store never answers. */
const SHORT = 300;

const CLOSED = { kind: 'failure', reason: 'connection' };
const TIMEOUT = { kind: 'failure', reason: 'timeout' };
const FIVE_GIB = 5 * 2 ** 30;

function found(size: number) {
  return { kind: 'status', status: 200, size };
}

function blobs(size = 7): Promise<FakeStore> {
  return httpStore((_request, response) =>
    response.writeHead(200, { 'content-length': size }).end(),
  );
}

/** A store that never answers. */
function hanging(): Promise<FakeStore> {
  return rawStore((socket) => socket.resume());
}

/** What a checker has to do on any runtime. */
export function checkerSuite(
  runtime: string,
  create: (options: { timeout: number; userAgent: string }) => StoreChecker,
): void {
  const checking = (timeout: number) => {
    const checker = create({ timeout, userAgent: 'archeio/test' });
    return Object.assign(checker, { [Symbol.dispose]: () => checker.close() });
  };

  suite(`store checks on ${runtime}: connections`, () => {
    test('200 checks after each other cost one connection', async () => {
      await using store = await blobs();
      using checker = checking(PATIENCE);
      for (let index = 0; index < 200; index++) {
        const answer = await checker.check(`${store.origin}/${index}`, 'head');
        assert.deepEqual(answer, found(7));
      }
      assert.equal(store.connections, 1);
    });

    test('64 checks at once, three times, cost at most 64 connections', async () => {
      await using store = await blobs();
      using checker = checking(PATIENCE);
      for (let round = 0; round < 3; round++) {
        const urls = Array.from({ length: 64 }, (_, index) => `${store.origin}/${index}`);
        const answers = await Promise.all(urls.map((url) => checker.check(url, 'head')));
        for (const answer of answers) assert.deepEqual(answer, found(7));
      }
      assert.ok(store.connections <= 64, `${store.connections} connections`);
    });

    test('ranged checks and error pages keep the connection', async () => {
      await using store = await httpStore((request, response) => {
        if (request.url === '/there') {
          response.writeHead(206, { 'content-range': 'bytes 0-0/9' }).end('x');
        } else {
          response.writeHead(404);
          response.write('<Error>');
          response.end('</Error>');
        }
      });
      using checker = checking(PATIENCE);
      for (let index = 0; index < 20; index++) {
        const there = await checker.check(`${store.origin}/there`, 'range');
        assert.deepEqual(there, { kind: 'status', status: 206, size: 9 });
        const missing = await checker.check(`${store.origin}/missing`, 'range');
        assert.deepEqual(missing, { kind: 'status', status: 404, size: -1 });
      }
      assert.equal(store.connections, 1);
    });

    test('a pooled connection that turns out dead is no failure of the store', async () => {
      // answers the first request of a connection and resets it on the second, as a store does that
      // gives up an idle connection while a request is on its way
      await using store = await rawStore((socket) => {
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n');
          socket.once('data', () => socket.resetAndDestroy());
        });
      });
      using checker = checking(PATIENCE);
      for (let index = 0; index < 40; index++) {
        const answer = await checker.check(`${store.origin}/${index}`, 'head');
        assert.deepEqual(answer, found(7));
      }
    });

    test('a connection that a store ends without an answer is no failure where it was pooled', async () => {
      await using store = await rawStore((socket) => {
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n');
          socket.once('data', () => socket.end());
        });
      });
      using checker = checking(PATIENCE);
      for (let index = 0; index < 40; index++) {
        const answer = await checker.check(`${store.origin}/${index}`, 'head');
        assert.deepEqual(answer, found(7));
      }
    });

    test('a store that closes connections after any answer is no failure, 32 at a time', async () => {
      let turn = 0;
      await using store = await httpStore((request, response) => {
        response.writeHead(200, { 'content-length': 7 }).end();
        if (turn++ % 3 === 0) response.once('finish', () => request.socket.destroy());
      });
      using checker = checking(PATIENCE);
      for (let round = 0; round < 10; round++) {
        const urls = Array.from({ length: 32 }, (_, index) => `${store.origin}/${index}`);
        const answers = await Promise.all(urls.map((url) => checker.check(url, 'head')));
        for (const answer of answers) assert.deepEqual(answer, found(7));
      }
    });

    test('a new connection that the store resets is a failure, and is not tried for ever', async () => {
      await using store = await rawStore((socket) => {
        socket.once('data', () => socket.resetAndDestroy());
      });
      using checker = checking(PATIENCE);
      assert.deepEqual(await checker.check(`${store.origin}/a`, 'head'), CLOSED);
      assert.ok(store.connections <= 2, `${store.connections} connections`);
    });

    test('five stores that hang with 64 checks each starve no other, and their connections are freed', async () => {
      await using good = await blobs();
      const stores = await Promise.all(Array.from({ length: 5 }, hanging));
      using checker = checking(3000);
      let settled = 0;
      const stuck = stores.flatMap((store) =>
        Array.from({ length: 64 }, async (_, index) => {
          const answer = await checker.check(`${store.origin}/${index}`, 'head');
          settled++;
          return answer;
        }),
      );
      await Promise.all(stores.map((store) => store.untilOpen(64)));
      for (let index = 0; index < 20; index++) {
        const answer = await checker.check(`${good.origin}/${index}`, 'head');
        assert.deepEqual(answer, found(7));
      }
      assert.equal(settled, 0);
      for (const answer of await Promise.all(stuck)) assert.deepEqual(answer, TIMEOUT);
      await Promise.all(stores.map((store) => store.untilOpen(0)));
      for (const store of stores) await store[Symbol.asyncDispose]();
    });
  });

  suite(`store checks on ${runtime}: answers`, () => {
    for (const size of [0, 2 ** 32 - 1, 2 ** 32 + 1, FIVE_GIB, Number.MAX_SAFE_INTEGER]) {
      test(`the size of a blob of ${size} bytes is exact`, async () => {
        await using store = await blobs(size);
        using checker = checking(PATIENCE);
        assert.deepEqual(await checker.check(`${store.origin}/a`, 'head'), found(size));
      });
    }

    for (const status of [201, 204, 301, 302, 307, 400, 401, 403, 404, 410, 429, 500, 503]) {
      test(`${status} is answered as it is, without a size`, async () => {
        await using store = await httpStore((_request, response) =>
          response.writeHead(status, { location: '/other' }).end(),
        );
        using checker = checking(PATIENCE);
        for (const method of ['head', 'range'] as const) {
          const answer = await checker.check(`${store.origin}/a`, method);
          assert.deepEqual(answer, { kind: 'status', status, size: -1 });
        }
      });
    }

    test('a request says who asks, accepts no encoding and, as GET, wants one byte', async () => {
      const seen: unknown[] = [];
      await using store = await httpStore((request, response) => {
        const { 'user-agent': agent, 'accept-encoding': encoding, range } = request.headers;
        seen.push([request.method, request.url, agent, encoding, range]);
        response.end();
      });
      using checker = checking(PATIENCE);
      await checker.check(`${store.origin}/a?b=%2F`, 'head');
      await checker.check(`${store.origin}/a`, 'range');
      assert.deepEqual(seen, [
        ['HEAD', '/a?b=%2F', 'archeio/test', 'identity', undefined],
        ['GET', '/a', 'archeio/test', 'identity', 'bytes=0-0'],
      ]);
    });

    test('an encoding that the store applies all the same changes nothing', async () => {
      await using store = await httpStore((request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': 20 });
        response.end(request.method === 'HEAD' ? undefined : 'twenty bytes, no gzi');
      });
      using checker = checking(PATIENCE);
      assert.deepEqual(await checker.check(`${store.origin}/a`, 'head'), found(20));
      assert.deepEqual(await checker.check(`${store.origin}/a`, 'range'), found(20));
    });

    test('a store that ignores Range and sends 5 GiB is cut off soon', async () => {
      let sent = 0;
      await using store = await httpStore((_request, response) => {
        const chunk = new Uint8Array(65_536);
        response.writeHead(200, { 'content-length': FIVE_GIB });
        const fill = () => {
          do sent += chunk.length;
          while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', fill);
        fill();
      });
      using checker = checking(PATIENCE);
      assert.deepEqual(await checker.check(`${store.origin}/a`, 'range'), found(FIVE_GIB));
      await store.untilOpen(0);
      assert.ok(sent < 32 * 2 ** 20, `${sent} bytes`);
    });

    test('a body that never comes does not hide the status', async () => {
      await using store = await rawStore((socket) => {
        socket.write('HTTP/1.1 404 Not Found\r\ncontent-length: 20\r\n\r\n<');
        socket.resume();
      });
      using checker = checking(SHORT);
      const answer = await checker.check(`${store.origin}/a`, 'range');
      assert.deepEqual(answer, { kind: 'status', status: 404, size: -1 });
      await store.untilOpen(0);
    });

    test('a body that is cut does not hide the status', async () => {
      await using store = await rawStore((socket) => {
        socket.once('data', () =>
          socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 20\r\n\r\n<'),
        );
      });
      using checker = checking(PATIENCE);
      const answer = await checker.check(`${store.origin}/a`, 'range');
      assert.deepEqual(answer, { kind: 'status', status: 404, size: -1 });
    });

    test('an interim response is not the answer', async () => {
      await using store = await httpStore((_request, response) => {
        response.writeEarlyHints({ link: '</a>; rel=preload' });
        response.writeHead(200, { 'content-length': 7 }).end();
      });
      using checker = checking(PATIENCE);
      assert.deepEqual(await checker.check(`${store.origin}/a`, 'head'), found(7));
    });

    test('a body that answers HEAD is not taken for the next answer', async () => {
      const smuggled = 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n';
      await using store = await rawStore((socket) => {
        socket.on('data', () =>
          socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${smuggled.length}\r\n\r\n${smuggled}`),
        );
      });
      using checker = checking(PATIENCE);
      for (let index = 0; index < 10; index++) {
        const answer = await checker.check(`${store.origin}/${index}`, 'head');
        assert.deepEqual(answer, found(smuggled.length));
      }
    });
  });

  suite(`store checks on ${runtime}: failures`, () => {
    const fails = async (url: string, expected: object, timeout = PATIENCE) => {
      using checker = checking(timeout);
      for (const method of ['head', 'range'] satisfies CheckMethod[]) {
        assert.deepEqual(await checker.check(url, method), expected);
      }
    };

    test('a store that never answers is timed out', async () => {
      await using store = await hanging();
      await fails(`${store.origin}/a`, TIMEOUT, SHORT);
      await store.untilOpen(0);
    });

    test('a store that never begins TLS is timed out', async () => {
      await using store = await hanging();
      await fails(`https://127.0.0.1:${store.port}/a`, TIMEOUT, SHORT);
      await store.untilOpen(0);
    });

    test('a header section that trickles for ever is timed out', async () => {
      await using store = await rawStore((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const trickle = setInterval(() => socket.write('x: y\r\n'), 20);
        socket.on('close', () => clearInterval(trickle));
        socket.resume();
      });
      await fails(`${store.origin}/a`, TIMEOUT, SHORT);
      await store.untilOpen(0);
    });

    test('a dead pooled connection and a hanging new one are one time-out', async () => {
      let connection = 0;
      await using store = await rawStore((socket) => {
        if (connection++ > 0) return;
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n');
          socket.once('data', () => socket.resetAndDestroy());
        });
      });
      using checker = checking(SHORT);
      assert.deepEqual(await checker.check(`${store.origin}/a`, 'head'), found(7));
      assert.deepEqual(await checker.check(`${store.origin}/b`, 'head'), TIMEOUT);
    });

    test('a refused connection', async () => {
      await fails(`http://127.0.0.1:${await closedPort()}/a`, CLOSED);
    });

    test('a name that does not exist', async () => {
      await fails('http://store.invalid/a', CLOSED);
    });

    test('a certificate that nobody vouches for', async () => {
      let requests = 0;
      await using store = await httpsStore(selfSignedCertificate(), (_request, response) => {
        requests++;
        response.end();
      });
      await fails(`${store.origin}/a`, { kind: 'failure', reason: 'tls' });
      assert.equal(requests, 0);
    });

    test('a store that speaks no TLS where it should', async () => {
      await using store = await blobs();
      await fails(`https://127.0.0.1:${store.port}/a`, { kind: 'failure', reason: 'tls' });
    });

    for (const [what, garbage] of [
      ['no HTTP at all', 'Rumpelstiltskin\r\n\r\n'],
      ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
      ['a broken header section', 'HTTP/1.1 200 OK\r\n: x\r\n\r\n'],
      ['half a header section', 'HTTP/1.1 200 OK\r\ncontent-le'],
      ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n'],
      ['nothing', ''],
    ] as const) {
      test(`an answer that is ${what}`, async () => {
        await using store = await rawStore((socket) => {
          socket.once('data', () => socket.end(garbage));
        });
        await fails(`${store.origin}/a`, CLOSED);
      });
    }

    for (const url of ['', 'store', 'ftp://127.0.0.1/a', 'http://', 'http://127.0.0.1:99999/a']) {
      test(`"${url}", which is no URL of a store`, () => fails(url, CLOSED));
    }

    test('closing ends what is under way, and that comes to nothing', async () => {
      await using store = await hanging();
      const checker = create({ timeout: PATIENCE, userAgent: 'archeio/test' });
      const answer = checker.check(`${store.origin}/a`, 'head');
      await store.untilOpen(1);
      checker.close();
      assert.deepEqual(await answer, { kind: 'nothing' });
      assert.deepEqual(await checker.check(`${store.origin}/a`, 'head'), { kind: 'nothing' });
      await store.untilOpen(0);
    });
  });
}
