import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { deadPath } from './dead-path.ts';
import { httpStore } from './fake-store.ts';
import { blobs, type CreateChecker, found, PATIENCE, test } from './suite-parts.ts';
import { lookupOf } from './named-addresses.ts';

const DUAL = ['::1', '127.0.0.1'];

/** What a checker does with a name that has addresses of both families, of which one is not reached. */
export function deadPathTests(create: CreateChecker): void {
  test('a first check passes over a dead path before the runtime would', async () => {
    await using parts = new AsyncDisposableStack();
    const store = parts.use(await blobs());
    parts.use(await deadPath(store.port));
    const checker = create({ timeout: PATIENCE, userAgent: 'archeio/test', addresses: DUAL });
    const url = `http://dual.test:${store.port}/a`;
    const ended: string[] = [];
    const usual = http.get(url, { lookup: lookupOf(DUAL), agent: false });
    const byRuntime = once(usual, 'response').then(() => void ended.push('runtime'));
    const answer = await checker.check(url, 'head');
    ended.push('check');
    await byRuntime;
    usual.destroy();
    checker.close();
    assert.deepEqual(answer, found(7));
    assert.deepEqual(ended, ['check', 'runtime']);
  });

  test('a new connection goes to the family that answered', async () => {
    const seen: (string | undefined)[] = [];
    // Each answer ends its connection.
    await using store = await httpStore((request, response) => {
      seen.push(request.socket.remoteAddress);
      response.writeHead(200, { 'content-length': 7, connection: 'close' }).end();
    });
    const url = `http://dual.test:${store.port}/a`;
    const checker = create({ timeout: PATIENCE, userAgent: 'archeio/test', addresses: DUAL });
    // Nothing listens on ::1 at first: the other family answers.
    assert.deepEqual(await checker.check(url, 'head'), found(7));
    await using other = await httpStore((_request, response) => response.writeHead(500).end(), {
      host: '::1',
      port: store.port,
    });
    for (let turn = 0; turn < 3; turn++)
      assert.deepEqual(await checker.check(url, 'head'), found(7));
    checker.close();
    assert.deepEqual(seen, Array(4).fill('127.0.0.1'));
    assert.equal(other.connections, 0);
  });
}
