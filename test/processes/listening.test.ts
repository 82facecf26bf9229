import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { describe, test } from 'node:test';
import { isOneClearLine } from '../command-line/one-clear-line.ts';
import { type Runtime, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { freePort } from '../parts/ports.ts';
import { withStore } from '../serving/configurations.ts';
import { serveOnce } from './launched.ts';
import { askFresh, pidsOf, status, twoProcesses, until } from './several-processes.ts';

const NOWHERE = 'http://127.0.0.1:9';

const processesOn = (port: number, adminPort: number, processes: number) =>
  withStore(NOWHERE, {
    listen: { host: '127.0.0.1', port, processes, admin: { port: adminPort } },
  });

async function refusedOn(runtime: Runtime, port: number, adminPort: number, processes: number) {
  const outcome = await serveOnce(runtime, processesOn(port, adminPort, processes));
  assert.equal(outcome.code, 1, outcome.stderr);
  isOneClearLine(outcome);
  return outcome.stderr;
}

for (const runtime of RUNTIMES) {
  describe(`listening with several processes: ${runtime}`, () => {
    test('the kernel distributes connections: both processes get some of 200', async () => {
      await using archeio = await startWith(runtime, twoProcesses(NOWHERE));
      for (let at = 0; at < 200; at++)
        assert.equal((await askFresh(archeio.port, '/v2/')).status, 200);
      const { processes } = await status(archeio);
      assert.equal(processes.length, 2);
      assert.notEqual(processes[0]?.pid, processes[1]?.pid);
      assert.equal(
        processes.reduce((sum, { requests }) => sum + requests, 0),
        200,
      );
      // By a hash of the ports: fewer than 10 of 200 on one side has a probability of 1 in 10^40.
      for (const { requests } of processes) assert.ok(requests >= 10, String(requests));
    });

    test('the wildcard address is shared too, and accepts IPv4 and IPv6', async () => {
      await using archeio = await startWith(
        runtime,
        withStore(NOWHERE, { listen: { host: '::', port: 0, processes: 2 } }),
      );
      for (const host of ['127.0.0.1', '::1'])
        assert.equal((await askFresh(archeio.port, '/v2/', host)).status, 200);
    });

    test('auto starts one process for each processor', async () => {
      await using archeio = await startWith(
        runtime,
        withStore(NOWHERE, { listen: { host: '127.0.0.1', port: 0, processes: 'auto' } }),
      );
      assert.equal(archeio.log[0]?.['processes'], availableParallelism());
      await until(
        'every process has reported',
        async () => (await pidsOf(archeio)).length === availableParallelism(),
      );
    });

    test('a port in use by another archeio, shared or not, ends the start with one line', async () => {
      const taken = (port: number) =>
        new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}: the port is already in use`);
      await using sharing = await startWith(runtime, processesOn(0, 0, 2));
      await using alone = await startWith(runtime, processesOn(0, 0, 1));
      for (const [{ port }, processes] of [
        [sharing, 2],
        [sharing, 1],
        [alone, 2],
      ] as const)
        assert.match(await refusedOn(runtime, port, 0, processes), taken(port));
      const { adminPort } = sharing;
      assert.match(await refusedOn(runtime, await freePort(), adminPort, 2), taken(adminPort));
      for (const { port } of [sharing, alone])
        assert.equal((await askFresh(port, '/v2/')).status, 200);
    });
  });
}
