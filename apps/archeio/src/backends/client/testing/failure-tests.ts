import assert from 'node:assert/strict';
import type { CheckMethod } from '@archeio/content-checks';
import { selfSignedCertificate } from './certificate.ts';
import { closedPort, httpsStore, rawStore } from './fake-store.ts';
import {
  BRIEF,
  CLOSED,
  PATIENCE,
  SHORT,
  TIMEOUT,
  blobs,
  checking,
  type CreateChecker,
  found,
  hanging,
  test,
} from './suite-parts.ts';

/** What a checker makes of stores that give no answer. */
export function failureTests(create: CreateChecker): void {
  const fails = async (url: string, expected: object, timeout = PATIENCE) => {
    using checker = checking(create, timeout);
    for (const method of ['head', 'range'] satisfies CheckMethod[]) {
      assert.partialDeepStrictEqual(await checker.check(url, method), expected);
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

  for (const [what, interim] of [
    ['103', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'],
    ['100', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['102', 'HTTP/1.1 102 Processing\r\n\r\n'],
  ] as const) {
    test(`a store that answers ${what} without end is left soon`, async () => {
      let sent = 0;
      await using store = await rawStore((socket) => {
        const many = interim.repeat(100);
        // No more than the connection takes, so that what was sent is what the checker has let in.
        const fill = () => {
          for (let turn = 0; turn < 16 && !socket.destroyed; turn++) {
            sent += many.length;
            if (!socket.write(many)) return socket.once('drain', fill);
          }
          return socket.destroyed || setImmediate(fill);
        };
        socket.once('data', fill);
      });
      await fails(`${store.origin}/a`, CLOSED);
      await store.untilOpen(0);
      // what two connections' buffers hold, and not what a store can send within the time-out
      assert.ok(sent < 64 * 2 ** 20, `${sent} bytes of interim responses`);
    });
  }

  test('a dead pooled connection and a hanging new one are one time-out', async () => {
    let connection = 0;
    await using store = await rawStore((socket) => {
      if (connection++ > 0) return;
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n');
        socket.once('data', () => socket.resetAndDestroy());
      });
    });
    using checker = checking(create, BRIEF);
    assert.deepEqual(await checker.check(`${store.origin}/a`, 'head'), found(7));
    assert.deepEqual(await checker.check(`${store.origin}/b`, 'head'), TIMEOUT);
  });

  test('a refused connection', async () => {
    const detail = 'connection refused (ECONNREFUSED)';
    await fails(`http://127.0.0.1:${await closedPort()}/a`, { ...CLOSED, detail });
  });

  test('a name that does not exist', async () => {
    const detail = 'the host name does not exist (ENOTFOUND)';
    await fails('http://store.invalid/a', { ...CLOSED, detail });
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
    [
      'another protocol from here on',
      'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    ],
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
}
