import assert from 'node:assert/strict';
import { httpStore, rawStore } from './fake-store.ts';
import {
  BRIEF,
  CLOSED,
  FIVE_GIB,
  PATIENCE,
  blobs,
  checking,
  type CreateChecker,
  found,
  test,
} from './suite-parts.ts';

/** What a checker makes of answers. */
export function answerTests(create: CreateChecker): void {
  for (const size of [0, 2 ** 32 - 1, 2 ** 32 + 1, FIVE_GIB, Number.MAX_SAFE_INTEGER]) {
    test(`the size of a blob of ${size} bytes is exact`, async () => {
      await using store = await blobs(size);
      using checker = checking(create, PATIENCE);
      assert.deepEqual(await checker.check(`${store.origin}/a`, 'head'), found(size));
    });
  }

  for (const status of [201, 204, 301, 302, 307, 400, 401, 403, 404, 410, 429, 500, 503]) {
    test(`${status} is answered as it is, without a size`, async () => {
      await using store = await httpStore((_request, response) =>
        response.writeHead(status, { location: '/other' }).end(),
      );
      using checker = checking(create, PATIENCE);
      for (const method of ['head', 'range'] as const) {
        const answer = await checker.check(`${store.origin}/a`, method);
        assert.deepEqual(answer, { kind: 'status', status, size: -1 });
      }
    });
  }

  test('a request says who asks, accepts no encoding and, as a ranged GET, wants one byte', async () => {
    const seen: unknown[] = [];
    await using store = await httpStore((request, response) => {
      const { 'user-agent': agent, 'accept-encoding': encoding, accept, range } = request.headers;
      seen.push([request.method, request.url, agent, encoding, accept, range]);
      response.end();
    });
    using checker = checking(create, PATIENCE);
    await checker.check(`${store.origin}/a?b=%2F`, 'head');
    await checker.check(`${store.origin}/a`, 'range');
    await checker.check(`${store.origin}/v2/`, 'get');
    await checker.check(`${store.origin}/m`, 'head', 'a/b, c/d');
    assert.deepEqual(seen, [
      ['HEAD', '/a?b=%2F', 'archeio/test', 'identity', '*/*', undefined],
      ['GET', '/a', 'archeio/test', 'identity', '*/*', 'bytes=0-0'],
      ['GET', '/v2/', 'archeio/test', 'identity', '*/*', undefined],
      ['HEAD', '/m', 'archeio/test', 'identity', 'a/b, c/d', undefined],
    ]);
  });

  test('an encoding that the store applies all the same is told, and its length is not the size', async () => {
    await using store = await httpStore((request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': 20 });
      response.end(request.method === 'HEAD' ? undefined : 'twenty bytes, no gzi');
    });
    using checker = checking(create, PATIENCE);
    for (const method of ['head', 'range'] as const) {
      const answer = await checker.check(`${store.origin}/a`, method);
      assert.ok(answer.kind === 'status' && answer.doubt?.includes('"gzip"'));
      assert.equal(answer.size, -1);
    }
  });

  test('what the header section says of the object is told', async () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    await using store = await httpStore((_request, response) =>
      response
        .writeHead(200, {
          'content-length': 7,
          'docker-content-digest': digest,
          'x-amz-storage-class': 'DEEP_ARCHIVE',
          'content-type': 'text/html',
        })
        .end(),
    );
    using checker = checking(create, PATIENCE);
    assert.deepEqual(await checker.check(`${store.origin}/a`, 'head'), {
      ...found(7),
      digest,
      unreadable: 'x-amz-storage-class: DEEP_ARCHIVE',
      doubt: 'it is an HTML page',
    });
  });

  test('a body that ends without a byte tells that the object is empty, or is not what came', async () => {
    await using store = await rawStore((socket) => {
      socket.on('data', (data) => {
        const [, path] = data.toString().split(' ');
        const head =
          path === '/part'
            ? 'HTTP/1.1 206 Partial Content\r\ncontent-range: bytes 0-0/9\r\n'
            : 'HTTP/1.1 200 OK\r\n';
        socket.write(`${head}transfer-encoding: chunked\r\n\r\n0\r\n\r\n`);
      });
    });
    using checker = checking(create, PATIENCE);
    assert.deepEqual(await checker.check(`${store.origin}/whole`, 'range'), found(0));
    const part = await checker.check(`${store.origin}/part`, 'range');
    assert.ok(part.kind === 'status' && part.doubt === 'no byte of it came');
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
    using checker = checking(create, PATIENCE);
    assert.deepEqual(await checker.check(`${store.origin}/a`, 'range'), found(FIVE_GIB));
    await store.untilOpen(0);
    assert.ok(sent < 32 * 2 ** 20, `${sent} bytes`);
  });

  test('a body that never comes does not hide the status', async () => {
    await using store = await rawStore((socket) => {
      socket.write('HTTP/1.1 404 Not Found\r\ncontent-length: 20\r\n\r\n<');
      socket.resume();
    });
    using checker = checking(create, BRIEF);
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
    using checker = checking(create, PATIENCE);
    const answer = await checker.check(`${store.origin}/a`, 'range');
    assert.deepEqual(answer, { kind: 'status', status: 404, size: -1 });
  });

  test('two lengths that differ give no size', async () => {
    await using store = await rawStore((socket) => {
      socket.once('data', () =>
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n'),
      );
    });
    using checker = checking(create, PATIENCE);
    // Node refuses such an answer, Bun joins the lengths
    const answer = await checker.check(`${store.origin}/a`, 'head');
    if (answer.kind === 'status') assert.equal(answer.size, -1);
    else assert.partialDeepStrictEqual(answer, CLOSED);
  });

  test('an interim response is not the answer', async () => {
    await using store = await httpStore((_request, response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.writeHead(200, { 'content-length': 7 }).end();
    });
    using checker = checking(create, PATIENCE);
    assert.deepEqual(await checker.check(`${store.origin}/a`, 'head'), found(7));
  });

  test('a body that answers HEAD is not taken for the next answer', async () => {
    const smuggled = 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n';
    await using store = await rawStore((socket) => {
      socket.on('data', () =>
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${smuggled.length}\r\n\r\n${smuggled}`),
      );
    });
    using checker = checking(create, PATIENCE);
    for (let index = 0; index < 10; index++) {
      const answer = await checker.check(`${store.origin}/${index}`, 'head');
      assert.deepEqual(answer, found(smuggled.length));
    }
  });
}
