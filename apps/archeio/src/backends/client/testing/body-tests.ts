import assert from 'node:assert/strict';
import { httpStore, rawStore } from './fake-store.ts';
import {
  BRIEF,
  CLOSED,
  FIVE_GIB,
  PATIENCE,
  SHORT,
  TIMEOUT,
  checking,
  type CreateChecker,
  hanging,
  test,
} from './suite-parts.ts';

const WANTED = 65_536;

function read(received: number, status = 200) {
  return { kind: 'body', status, received };
}

/** What a checker makes of bodies that it is to read. */
export function bodyTests(create: CreateChecker): void {
  test('the first bytes are asked for by a range, and read', async () => {
    const seen: unknown[] = [];
    await using store = await httpStore((request, response) => {
      seen.push([request.method, request.headers.range, request.headers['accept-encoding']]);
      response.writeHead(206, { 'content-range': `bytes 0-${WANTED - 1}/${FIVE_GIB}` });
      response.end(new Uint8Array(WANTED));
    });
    using checker = checking(create, PATIENCE);
    assert.partialDeepStrictEqual(
      await checker.read(`${store.origin}/a`, WANTED),
      read(WANTED, 206),
    );
    assert.deepEqual(seen, [['GET', `bytes=0-${WANTED - 1}`, 'identity']]);
  });

  for (const size of [0, 1, WANTED - 1, WANTED]) {
    test(`a blob of ${size} bytes is whole with them, and the connection is kept`, async () => {
      await using store = await httpStore((_request, response) =>
        response.writeHead(200, { 'content-length': size }).end(new Uint8Array(size)),
      );
      using checker = checking(create, PATIENCE);
      for (let round = 0; round < 3; round++) {
        assert.partialDeepStrictEqual(await checker.read(`${store.origin}/a`, WANTED), read(size));
      }
      assert.equal(store.connections, 1);
    });
  }

  test('a body in chunks is whole when it ends', async () => {
    await using store = await httpStore((_request, response) => {
      response.write('seven');
      setImmediate(() => response.end('up'));
    });
    using checker = checking(create, PATIENCE);
    assert.partialDeepStrictEqual(await checker.read(`${store.origin}/a`, WANTED), read(7));
  });

  test('a store that ignores Range and sends 5 GiB is cut off once enough came', async () => {
    await using store = await httpStore((_request, response) => {
      response.writeHead(200, { 'content-length': FIVE_GIB });
      const fill = () => {
        while (!response.destroyed && response.write(new Uint8Array(WANTED)));
      };
      response.on('drain', fill);
      fill();
    });
    using checker = checking(create, PATIENCE);
    const answer = await checker.read(`${store.origin}/a`, WANTED);
    assert.ok(answer.kind === 'body' && answer.received >= WANTED);
    await store.untilOpen(0);
  });

  for (const status of [201, 204, 307, 401, 403, 404, 410, 416, 429, 500, 503]) {
    test(`${status} is answered as it is; its body is no blob's`, async () => {
      await using store = await httpStore((_request, response) =>
        response.writeHead(status, { location: '/other' }).end(),
      );
      using checker = checking(create, PATIENCE);
      assert.partialDeepStrictEqual(
        await checker.read(`${store.origin}/a`, WANTED),
        read(0, status),
      );
    });
  }

  test('a store that hangs before its header section is timed out', async () => {
    await using store = await hanging();
    using checker = checking(create, SHORT);
    assert.deepEqual(await checker.read(`${store.origin}/a`, WANTED), TIMEOUT);
    await store.untilOpen(0);
  });

  for (const [where, begun] of [
    ['before its first byte', ''],
    ['after its first bytes', 'x'.repeat(1000)],
  ] as const) {
    test(`a body that hangs ${where} is timed out, whatever its status said`, async () => {
      await using store = await rawStore((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${WANTED}\r\n\r\n${begun}`);
        socket.resume();
      });
      using checker = checking(create, BRIEF);
      assert.deepEqual(await checker.read(`${store.origin}/a`, WANTED), TIMEOUT);
      await store.untilOpen(0);
    });
  }

  // Such a body ends with its connection, so that the time-out looks like its end.
  test('a body without a length that does not come is no empty blob, and one that hangs is not whole', async () => {
    await using store = await rawStore((socket) => {
      socket.once('data', (head) => {
        const begun = head.includes('/begun') ? 'x' : '';
        socket.write(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${begun}`);
        socket.resume();
      });
    });
    using checker = checking(create, BRIEF);
    const hung = { kind: 'status', status: 200, size: -1 };
    const answers = [
      checker.check(`${store.origin}/a`, 'range'),
      ...['a', 'begun'].map((path) => checker.read(`${store.origin}/${path}`, WANTED)),
    ];
    assert.deepEqual(await Promise.all(answers), [hung, TIMEOUT, TIMEOUT]);
    await store.untilOpen(0);
  });

  test('a body that trickles is timed out', async () => {
    await using store = await rawStore((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${WANTED}\r\n\r\n`);
      const trickle = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(trickle));
      socket.resume();
    });
    using checker = checking(create, SHORT);
    assert.deepEqual(await checker.read(`${store.origin}/a`, WANTED), TIMEOUT);
    await store.untilOpen(0);
  });

  for (const [how, head] of [
    ['its length', 'content-length: 20'],
    ['its last chunk', 'transfer-encoding: chunked'],
  ] as const) {
    for (const end of ['end', 'resetAndDestroy'] as const) {
      test(`a body that is cut before ${how} is a failure (${end})`, async () => {
        await using store = await rawStore((socket) => {
          socket.once('data', () => {
            socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n5\r\nabcde\r\n`, () =>
              setTimeout(() => socket[end](), 50),
            );
          });
        });
        using checker = checking(create, PATIENCE);
        assert.partialDeepStrictEqual(await checker.read(`${store.origin}/a`, WANTED), CLOSED);
      });
    }
  }

  test('closing ends a body that is under way, and that comes to nothing', async () => {
    await using store = await hanging();
    const checker = create({ timeout: PATIENCE, userAgent: 'archeio/test' });
    const answer = checker.read(`${store.origin}/a`, WANTED);
    await store.untilOpen(1);
    checker.close();
    assert.deepEqual(await answer, { kind: 'nothing' });
    assert.deepEqual(await checker.read(`${store.origin}/a`, WANTED), { kind: 'nothing' });
  });
}
