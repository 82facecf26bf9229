import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { type ConfiguredProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { rawRequest } from '../parts/raw-request.ts';
import { startStore, type StoreServer } from '../parts/store-server.ts';
import { digest, withStore } from './configurations.ts';

const PATIENCE = 30_000;

const get = (target: string, ...headers: string[]): string =>
  [`GET ${target} HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n');

/** The status lines of the answers in a stream of bytes. */
function statusesIn(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

/** Sends bytes in one packet; resolves with the statuses once the connection has closed or `count` answers have arrived. */
function exchange(port: number, bytes: string, count = Number.POSITIVE_INFINITY) {
  return new Promise<{ statuses: readonly number[]; ended: boolean }>((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const settle = (ended: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ statuses: statusesIn(received), ended });
    };
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the connection neither ended nor had ${count} answers: ${received}`));
    }, PATIENCE);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (statusesIn(received).length >= count) settle(false);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => settle(true));
  });
}

/** Sends requests endlessly, 64 KiB at a time, and reads the answers; resolves with their number when the connection closes. */
function flood(port: number): { readonly answers: Promise<number>; readonly socket: Socket } {
  const one = get('/v2/');
  const packet = one.repeat(Math.ceil(65_536 / one.length));
  const socket = connect(port, '127.0.0.1');
  const answers = new Promise<number>((resolve, reject) => {
    let count = 0;
    let rest = '';
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the connection was not closed after ${count} answers`));
    }, PATIENCE);
    const push = (): void => {
      while (!socket.destroyed && socket.writable && socket.write(packet));
    };
    socket.on('connect', push);
    socket.on('drain', push);
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      count += statusesIn(rest).length;
      rest = rest.slice(-12);
      if (statusesIn(rest).length > 0) rest = '';
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(count);
    });
  });
  return { answers, socket };
}

for (const runtime of RUNTIMES) {
  describe(`several requests on a connection: ${runtime}`, () => {
    let store: StoreServer;
    let archeio: ConfiguredProcess;
    before(async () => {
      store = await startStore();
      archeio = await startWith(runtime, withStore(store.url));
    });
    after(async () => {
      await archeio[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    });

    test('a flooded connection closes after a bounded number of answers, while others are served', async () => {
      const floods = Array.from({ length: 3 }, () => flood(archeio.port));
      const bytes = get('/v2/', 'Connection: close');
      for (let number = 0; number < 20; number++)
        assert.equal((await rawRequest(archeio.port, bytes)).status, 200);
      for (const { answers } of floods) {
        const count = await answers;
        assert.ok(count <= 1200, `${count} answers`);
      }
    });

    test('a client that waits for each answer keeps its connection, however many it has received', async () => {
      const socket = connect(archeio.port, '127.0.0.1');
      const bytes = get('/v2/');
      const most = 6000;
      const answered = await new Promise<number>((resolve, reject) => {
        let count = 0;
        const timer = setTimeout(() => reject(new Error(`only ${count} answers`)), 2 * PATIENCE);
        const finish = (): void => {
          clearTimeout(timer);
          resolve(count);
        };
        socket.on('connect', () => socket.write(bytes));
        socket.on('data', (chunk) => {
          assert.doesNotMatch(chunk.toString('latin1'), /\r\nConnection: close/i);
          if (++count === most) finish();
          else socket.write(bytes);
        });
        socket.on('close', finish);
      });
      socket.destroy();
      assert.equal(answered, most);
    });

    test('small batches of pipelined requests are all answered', async () => {
      const { statuses } = await exchange(archeio.port, get('/v2/').repeat(500), 500);
      assert.deepEqual(new Set(statuses), new Set([200]));
    });

    for (const [name, bytes, statuses] of [
      [
        'data after a request with Upgrade is not swallowed: the connection ends',
        get('/v2/', 'Connection: Upgrade', 'Upgrade: h2c') + get('/nowhere'),
        [200],
      ],
      [
        'a malformed body gets no second answer',
        `POST /v2/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n`,
        [405],
      ],
      [
        'requests after one that ends the connection get no answer',
        get('/v2/', 'Connection: , close,') + get('/nowhere'),
        [200],
      ],
      [
        'requests after one that is refused get no answer',
        get(`/v2/${'a'.repeat(9000)}`) + get('/v2/'),
        [414],
      ],
      [
        'malformed data is answered after the requests before it',
        get('/v2/') + get('/nowhere') + get('/livez', 'no header'),
        [200, 404, 400],
      ],
      [
        'CONNECT is answered after the requests before it',
        get('/v2/') + get('/nowhere') + 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n',
        [200, 404, 405],
      ],
    ] as const) {
      test(name, async () => {
        const got = await exchange(archeio.port, bytes);
        assert.deepEqual(got.statuses, statuses);
        assert.ok(got.ended);
      });
    }

    test('the error for a malformed request does not overtake the answer to a pending one', async () => {
      const blob = get(`/v2/pause/blobs/${digest(1)}`);
      const { statuses, ended } = await exchange(archeio.port, `${blob}\u0001\r\n\r\n`);
      assert.ok(ended);
      assert.equal(statuses[0] ?? 307, 307, statuses.join());
      assert.ok(statuses.length <= 2, statuses.join());
    });
  });
}
