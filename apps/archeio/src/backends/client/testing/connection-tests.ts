import assert from 'node:assert/strict';
import { type FakeStore, httpStore, rawStore } from './fake-store.ts';
import {
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

/** What a checker costs a store in connections, and how it bears those that a store closes. */
export function connectionTests(create: CreateChecker): void {
  test('200 checks after each other cost one connection', async () => {
    await using store = await blobs();
    using checker = checking(create, PATIENCE);
    for (let index = 0; index < 200; index++) {
      const answer = await checker.check(`${store.origin}/${index}`, 'head');
      assert.deepEqual(answer, found(7));
    }
    assert.equal(store.connections, 1);
  });

  // eclipse-vertx/vert.x#6255, TykTechnologies/tyk#1485: a name that has moved while its old address still answers.
  test('a connection that is in use all the time is replaced when it is old', async () => {
    await using store = await blobs();
    const options = { timeout: PATIENCE, userAgent: 'archeio/test', connectionLifetime: 30 };
    const checker = create(options);
    for (let index = 0; store.connections < 3; index++)
      assert.deepEqual(await checker.check(`${store.origin}/${index}`, 'head'), found(7));
    checker.close();
  });

  test('64 checks at once, three times, cost at most 64 connections', async () => {
    await using store = await blobs();
    using checker = checking(create, PATIENCE);
    for (let round = 0; round < 3; round++) {
      const urls = Array.from({ length: 64 }, (_, index) => `${store.origin}/${index}`);
      const answers = await Promise.all(urls.map((url) => checker.check(url, 'head')));
      for (const answer of answers) assert.deepEqual(answer, found(7));
    }
    assert.ok(store.connections <= 64, `${store.connections} connections`);
  });

  // Bun's fetch keeps 64 connections for all hosts together, and opens one for each check beyond that.
  test('64 checks at once in each of five stores, three times, cost 64 connections a store', async () => {
    await using stores = new AsyncDisposableStack();
    using checker = checking(create, PATIENCE);
    const five: FakeStore[] = [];
    for (let index = 0; index < 5; index++) five.push(stores.use(await blobs()));
    for (let round = 0; round < 3; round++) {
      const urls = five.flatMap(({ origin }) =>
        Array.from({ length: 64 }, (_, index) => `${origin}/${index}`),
      );
      const answers = await Promise.all(urls.map((url) => checker.check(url, 'head')));
      for (const answer of answers) assert.deepEqual(answer, found(7));
    }
    for (const { connections } of five)
      assert.ok(connections <= 64, `${connections} connections to one store`);
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
    using checker = checking(create, PATIENCE);
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
    using checker = checking(create, PATIENCE);
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
    using checker = checking(create, PATIENCE);
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
    using checker = checking(create, PATIENCE);
    for (let round = 0; round < 10; round++) {
      const urls = Array.from({ length: 32 }, (_, index) => `${store.origin}/${index}`);
      const answers = await Promise.all(urls.map((url) => checker.check(url, 'head')));
      for (const answer of answers) assert.deepEqual(answer, found(7));
    }
  });

  test('a new connection that the store resets is a failure at once', async () => {
    await using store = await rawStore((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    using checker = checking(create, PATIENCE);
    assert.partialDeepStrictEqual(await checker.check(`${store.origin}/a`, 'head'), CLOSED);
    assert.equal(store.connections, 1);
  });

  test('five stores that hang with 64 checks each starve no other', async () => {
    await using good = await blobs();
    await using stores = new AsyncDisposableStack();
    using checker = checking(create, PATIENCE);
    let settled = 0;
    const stuck: Promise<void>[] = [];
    for (let index = 0; index < 5; index++) {
      const store = stores.use(await hanging());
      for (let each = 0; each < 64; each++) {
        const answer = checker.check(`${store.origin}/${each}`, 'head');
        stuck.push(answer.then(() => void settled++));
      }
      await store.untilOpen(64);
    }
    for (let index = 0; index < 20; index++) {
      const answer = await checker.check(`${good.origin}/${index}`, 'head');
      assert.deepEqual(answer, found(7));
    }
    assert.equal(settled, 0);
    checker.close();
    await Promise.all(stuck);
  });

  test('64 checks that are timed out free their connections for the next 64', async () => {
    await using store = await hanging();
    using checker = checking(create, SHORT);
    for (let round = 0; round < 2; round++) {
      const urls = Array.from({ length: 64 }, (_, index) => `${store.origin}/${index}`);
      const answers = await Promise.all(urls.map((url) => checker.check(url, 'head')));
      for (const answer of answers) assert.deepEqual(answer, TIMEOUT);
      await store.untilOpen(0);
    }
  });

  test('checks go through the proxy that the environment names, unless NO_PROXY has the host', async () => {
    const asked: (string | undefined)[] = [];
    await using proxy = await httpStore((request, response) => {
      asked.push(request.url);
      response.writeHead(200, { 'content-length': 9 }).end();
    });
    await using store = await blobs();
    const proxyEnv = { HTTP_PROXY: proxy.origin, NO_PROXY: '127.0.0.1' };
    const checker = create({ timeout: PATIENCE, userAgent: 'archeio/test', proxyEnv });
    assert.deepEqual(await checker.check('http://store.invalid/a', 'head'), found(9));
    assert.deepEqual(await checker.check(`${store.origin}/a`, 'head'), found(7));
    assert.deepEqual(asked, ['http://store.invalid/a']);
    checker.close();
  });
}
