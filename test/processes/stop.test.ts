import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConfiguredProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { startStore } from '../parts/store-server.ts';
import { digest, pull } from '../serving/configurations.ts';
import { claimPort } from '../../apps/archeio/src/supervisor/workers/claim-port.ts';
import {
  ask,
  askFresh,
  kill,
  logged,
  pidsOf,
  runs,
  twoProcesses,
  until,
} from './several-processes.ts';

const IN_ORDER = { code: 0, signal: null };

/** Asks over kept-alive connections until the port is closed; resolves with the number of answers, and the failures. */
async function load(archeio: ConfiguredProcess) {
  const failed: string[] = [];
  let answered = 0;
  let stopping = false;
  const client = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let open = true; open;) {
      try {
        const { status } = await ask(archeio.port, '/v2/pause/manifests/3.9', agent);
        if (status === 307) answered++;
        else failed.push(String(status));
      } catch (error) {
        // Only a closed port refuses connections; those in the kernel's queue are reset.
        const { code = '' } = error as NodeJS.ErrnoException;
        if (!stopping || !/^ECONN(REFUSED|RESET)$/.test(code)) failed.push(code);
        open = false;
      }
    }
    agent.destroy();
  };
  const clients = Array.from({ length: 20 }, client);
  await until('some answers', () => answered > 500);
  return {
    async stop(signal: () => void) {
      stopping = true;
      signal();
      await Promise.all(clients);
      return { answered, failed };
    },
  };
}

async function assertAllGone(pids: readonly number[], port: number): Promise<void> {
  for (const pid of pids) await until(`process ${pid} has ended`, () => !runs(pid));
  // The last thread of a process may hold its port a moment longer than the process appears to exist.
  for (let turn = 0; ; turn++) {
    try {
      assert.deepEqual(await claimPort('127.0.0.1', port), { host: '127.0.0.1', port });
      return;
    } catch (error) {
      if (turn === 200) throw error;
      await sleep(25);
    }
  }
}

for (const runtime of RUNTIMES) {
  describe(`stopping several processes: ${runtime}`, () => {
    test('SIGTERM under load: every answer is counted, none fails, exit code 0', async () => {
      await using archeio = await startWith(
        runtime,
        twoProcesses('http://127.0.0.1:9', { stop: { delay: '500ms', timeout: '5s' } }),
      );
      const pids = await pidsOf(archeio);
      const clients = await load(archeio);
      const { answered, failed } = await clients.stop(() => archeio.signal('SIGTERM'));
      assert.deepEqual(failed, []);
      assert.deepEqual(await archeio.ended, IN_ORDER);
      const decisions = logged(archeio, 'stopped')[0]?.['decisions'];
      assert.deepEqual(decisions, { R9: answered });
      await assertAllGone(pids, archeio.port);
    });

    test('a request that waits for a store during a stop is answered', async () => {
      await using store = await startStore();
      store.behave(() => undefined);
      await using archeio = await startWith(runtime, twoProcesses(store.url));
      let asked = 0;
      store.behave(() => void asked++);
      const waiting = [pull(archeio.port, 1), pull(archeio.port, 2)];
      await until('the store is asked', () => asked === 2);
      archeio.signal('SIGTERM');
      for (const { status } of await Promise.all(waiting)) assert.equal(status, 307);
      assert.deepEqual(await archeio.ended, IN_ORDER);
    });

    test('a terminal signals all processes: a hang-up changes nothing, Ctrl-C stops gracefully', async () => {
      await using archeio = await startWith(runtime, twoProcesses('http://127.0.0.1:9'));
      const pids = await pidsOf(archeio);
      for (const pid of pids) kill(pid, 'SIGHUP');
      archeio.signal('SIGHUP');
      await until('a look at the configuration', () => logged(archeio, 'reload').length > 0);
      assert.equal((await askFresh(archeio.port, '/v2/')).status, 200);
      assert.deepEqual(await pidsOf(archeio), pids);
      for (const pid of pids) kill(pid, 'SIGINT');
      archeio.signal('SIGINT');
      assert.deepEqual(await archeio.ended, IN_ORDER);
      assert.deepEqual(logged(archeio, 'worker-ended'), []);
      assert.equal(logged(archeio, 'stopped').length, 1);
      await assertAllGone(pids, archeio.port);
    });

    test('the death of the supervisor ends the workers, and frees the port', async () => {
      await using archeio = await startWith(runtime, twoProcesses('http://127.0.0.1:9'));
      const pids = await pidsOf(archeio);
      archeio.signal('SIGKILL');
      await assertAllGone(pids, archeio.port);
    });

    test('a worker that is frozen, or ends during the stop, does not delay it', async () => {
      await using store = await startStore();
      let asked = 0;
      store.behave(() => void asked++);
      await using archeio = await startWith(
        runtime,
        twoProcesses(store.url, {
          stop: { delay: '0ms', timeout: '1s' },
          presence: { budget: '5s', timeout: '10s' },
        }),
      );
      const [frozen = 0, ending = 0] = await pidsOf(archeio);
      // Both serve: one is stopped, the other killed.
      const waiting = Array.from({ length: 30 }, (_, at) =>
        askFresh(archeio.port, `/v2/pause/blobs/${digest(at)}`).catch(() => undefined),
      );
      await until('the store is asked', () => asked >= 10);
      kill(frozen, 'SIGSTOP');
      archeio.signal('SIGTERM');
      await until('the stop', () => logged(archeio, 'stopping').length > 0);
      kill(ending, 'SIGKILL');
      assert.deepEqual(await archeio.ended, IN_ORDER);
      assert.equal(logged(archeio, 'cut').length, 1);
      await assertAllGone([frozen, ending], archeio.port);
      await Promise.all(waiting);
    });
  });
}
