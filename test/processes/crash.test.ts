import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { describe, test } from 'node:test';
import { type ConfiguredProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import {
  ask,
  askFresh,
  childrenOf,
  kill,
  logged,
  metrics,
  pidsOf,
  status,
  sumOf,
  twoProcesses,
  until,
} from './several-processes.ts';

const REQUESTS = 'archeio_decisions_total';

/** A kept-alive connection, and the process that serves it. */
interface Connection extends Disposable {
  readonly pid: number;
  ask(): Promise<number | undefined>;
}

/** A connection, and who has it: the one process that has counted its request. */
async function connect(archeio: ConfiguredProcess): Promise<Connection> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const before = new Map(
    (await status(archeio)).processes.map(({ pid, requests }) => [pid, requests]),
  );
  const once = async () => (await ask(archeio.port, '/v2/', agent)).status;
  await once();
  const pid = await until('the request is counted', async () => {
    const { processes } = await status(archeio);
    return processes.find(({ pid, requests }) => requests !== before.get(pid))?.pid;
  });
  return { pid, ask: once, [Symbol.dispose]: () => agent.destroy() };
}

for (const runtime of RUNTIMES) {
  describe(`a process that crashes: ${runtime}`, () => {
    test('is replaced; only its own connections are lost, and its reported counts are kept', async () => {
      await using archeio = await startWith(runtime, twoProcesses('http://127.0.0.1:9'));
      const [crashing = 0, staying = 0] = await pidsOf(archeio);
      using connections = new DisposableStack();
      const kept: Connection[] = [];
      await until('connections to both', async () => {
        kept.push(connections.use(await connect(archeio)));
        return [crashing, staying].every((pid) => kept.some((each) => each.pid === pid));
      });
      const before = sumOf(await metrics(archeio), REQUESTS);
      assert.equal(before, kept.length);

      kill(crashing, 'SIGKILL');
      await until('its end', () => logged(archeio, 'worker-ended').length > 0);
      for (let at = 0; at < 20; at++)
        assert.equal((await askFresh(archeio.port, '/v2/')).status, 200);
      for (const each of kept.filter(({ pid }) => pid === staying))
        assert.equal(await each.ask(), 200);
      await until('another one', () => logged(archeio, 'worker-replaced').length > 0);
      assert.deepEqual(
        logged(archeio, 'worker-ended').map(({ worker, how }) => [worker, how]),
        [[crashing, 'SIGKILL']],
      );
      const asked = kept.filter(({ pid }) => pid === staying).length + 20;
      assert.equal(sumOf(await metrics(archeio), REQUESTS), before + asked);

      const pids = await pidsOf(archeio);
      assert.equal(pids.length, 2);
      assert.ok(pids.includes(staying) && !pids.includes(crashing), String(pids));
      const replaced = pids.find((pid) => pid !== staying);
      await until('it answers', async () => {
        assert.equal((await askFresh(archeio.port, '/v2/')).status, 200);
        return (await status(archeio)).processes.some(
          ({ pid, requests }) => pid === replaced && requests > 0,
        );
      });
    });

    test('repeatedly at its start is not restarted in a tight loop, and serves once it can', async () => {
      await using archeio = await startWith(runtime, twoProcesses('http://127.0.0.1:9'));
      const killer = setInterval(() => {
        for (const pid of childrenOf(archeio.pid)) kill(pid, 'SIGKILL');
      }, 5);
      await until('eight ends', () => logged(archeio, 'worker-ended').length >= 8).finally(() =>
        clearInterval(killer),
      );
      const ends = logged(archeio, 'worker-ended').slice(0, 8);
      // The first replacement of each may be immediate, because it had served for long.
      const times = ends.slice(4).map(({ time }) => Date.parse(String(time)));
      for (const [index, time] of times.entries())
        if (index >= 2) assert.ok(time - (times[index - 2] ?? 0) >= 1500, String(times));
      await until('both serve', async () => (await pidsOf(archeio)).length === 2);
      await until('an answer', () =>
        askFresh(archeio.port, '/v2/').then(
          (answer) => answer.status === 200,
          () => false,
        ),
      );
      archeio.signal('SIGTERM');
      assert.deepEqual(await archeio.ended, { code: 0, signal: null });
    });
  });
}
