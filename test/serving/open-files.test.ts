import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { type ConfiguredProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { logged, until } from '../parts/log-waits.ts';
import { rawRequest } from '../parts/raw-request.ts';
import { startStore } from '../parts/store-server.ts';
import { pull, withStore } from './configurations.ts';

const READY = 'GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n';

/** Opens connections that get one answer each and then stay idle. */
async function openIdle(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let number = 0; number < count; number++) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
    const answered = new Promise<boolean>((resolve) => {
      socket.once('data', () => resolve(true));
      socket.once('close', () => resolve(false));
    });
    socket.write(READY);
    assert.ok(await answered, `connection ${number} was answered`);
  }
  return sockets;
}

async function metric(archeio: ConfiguredProcess, name: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${archeio.adminPort}/metrics`, {
    headers: { connection: 'close' },
  });
  const line = (await response.text()).split('\n').find((each) => each.startsWith(name));
  return Number(line?.split(' ').at(-1));
}

// project-zot/zot#359, oven-sh/bun#32705, fatedier/frp#1155
for (const runtime of RUNTIMES) {
  for (const [openFiles, connections] of [
    [64, 32],
    [256, 128],
  ] as const) {
    describe(
      `no more than ${openFiles} files may be open: ${runtime}`,
      { skip: unavailable(['prlimit']) },
      () => {
        test('idle connections make room: clients, checks and the admin listener are served, and it is logged once', async () => {
          await using store = await startStore();
          store.put(`sha256:${'0'.repeat(63)}1`, Buffer.from('x'));
          await using archeio = await startWith(
            runtime,
            withStore(store.url),
            undefined,
            {},
            openFiles,
          );
          const warning = await logged(archeio, 'open-files-limit');
          assert.deepEqual(
            [warning['openFiles'], warning['connections']],
            [openFiles, connections],
          );
          const idle = await openIdle(archeio.port, 3 * openFiles);
          await until('idle ones to be closed', () => idle.some(({ destroyed }) => destroyed));
          const { location } = await pull(archeio.port, 1);
          assert.ok(location?.startsWith(store.url), `the first check is made: ${location}`);
          const closed = await metric(
            archeio,
            'archeio_connections_over_limit_total{outcome="closed-idle"}',
          );
          assert.ok(closed >= 2 * openFiles, `${closed} closed`);
          assert.equal(await metric(archeio, 'archeio_connections_limit'), connections);
          assert.ok((await metric(archeio, 'archeio_connections')) <= connections);
          assert.equal(archeio.log.filter(({ event }) => event === 'connections-full').length, 1);
          assert.equal((await rawRequest(archeio.port, READY)).status, 200);
          for (const socket of idle) socket.destroy();
        });
      },
    );
  }
}
