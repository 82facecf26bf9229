import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SILENCE } from '../../apps/archeio/src/supervisor/workers/worker-pulse.ts';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import {
  type ConfiguredProcess,
  type Runtime,
  RUNTIMES,
  startWith,
} from '../parts/archeio-process.ts';
import { freePort } from '../parts/ports.ts';
import { until as untilWithin } from '../parts/log-waits.ts';
import { launch } from './launched.ts';
import {
  childrenOf,
  kill,
  logged,
  metrics,
  pidsOf,
  runs,
  status,
  twoProcesses,
  until,
} from './several-processes.ts';

const NOWHERE = 'http://127.0.0.1:9';

const leadingTo = (info: string): ConfigurationSource =>
  twoProcesses(NOWHERE, { pages: { info, privacy: 'https://privacy.example' } });

/** How long an answer that must come may take on a crowded machine, in milliseconds. */
const MUST_COME = 10_000;

/** An answer over a new connection; undefined if it hangs or is reset. */
async function answerOf(port: number, path: string, patience = 500) {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      redirect: 'manual',
      headers: { Connection: 'close' },
      signal: AbortSignal.timeout(patience),
    });
    return {
      status: response.status,
      location: response.headers.get('location'),
      text: await response.text(),
    };
  } catch {
    return undefined;
  }
}

/** Freezes a process, and kills it after the test: a leftover process would keep its output open forever. */
function freeze(pid: number): Disposable {
  kill(pid, 'SIGSTOP');
  return { [Symbol.dispose]: () => kill(pid, 'SIGKILL') };
}

/** The samples of a family, by the value of its only label. */
async function samples(archeio: ConfiguredProcess, name: string): Promise<Record<string, number>> {
  const found = (await metrics(archeio)).matchAll(
    new RegExp(`^${name}\\{[a-z]+="([a-z]+)"\\} (\\d+)$`, 'gm'),
  );
  return Object.fromEntries([...found].map(([, label = '', value]) => [label, Number(value)]));
}

/** Asserts that each of many answers is this one. */
async function allLeadTo(port: number, page: string): Promise<void> {
  for (let at = 0; at < 30; at++)
    assert.equal((await answerOf(port, '/', MUST_COME))?.location, page);
}

/** Concurrent, because they wait long for what a supervisor counts in seconds. */
const TOGETHER = { timeout: 120_000, concurrency: true };

function doesNotAnswer(runtime: Runtime): void {
  describe(`a process that does not answer: ${runtime}`, TOGETHER, () => {
    test('is killed and replaced, and does not delay a reload; until then the server is unready', async () => {
      await using archeio = await startWith(runtime, leadingTo('https://page-0.example'));
      const [frozen = 0, staying = 0] = await pidsOf(archeio);
      using _ = freeze(frozen);
      archeio.configure(leadingTo('https://page-1.example'));
      archeio.signal('SIGHUP');
      const readiness = await until('it is noticed', async () => {
        const answer = await answerOf(archeio.adminPort, '/readyz');
        return answer?.status === 503 && answer;
      });
      assert.match(readiness.text, /1 of 2 processes do not answer/);
      assert.deepEqual(await samples(archeio, 'archeio_workers'), {
        answering: 1,
        silent: 1,
        missing: 0,
      });
      assert.deepEqual(
        (await status(archeio)).processes.map(({ pid, answering }) => [pid, answering]),
        [
          [frozen, false],
          [staying, true],
        ],
      );
      await until('the other one says so on the public port', async () => {
        const answer = await answerOf(archeio.port, '/readyz');
        return answer?.status === 503;
      });
      await until('the reload', () => logged(archeio, 'configuration-loaded').length === 1);
      await until('another one', () => logged(archeio, 'worker-replaced').length === 1);
      assert.deepEqual(
        logged(archeio, 'worker-silent').map(({ worker, seconds }) => [worker, seconds]),
        [[frozen, SILENCE.ends]],
      );
      assert.equal(runs(frozen), false);
      await until('it is ready', async () => {
        const answers = await Promise.all(
          Array.from({ length: 10 }, () => answerOf(archeio.port, '/readyz')),
        );
        return answers.every((answer) => answer?.status === 200);
      });
      await allLeadTo(archeio.port, 'https://page-1.example');
      assert.deepEqual(await samples(archeio, 'archeio_worker_ends_total'), {
        crashed: 0,
        silent: 1,
      });
      assert.ok((await pidsOf(archeio)).includes(staying));
    });

    test('does not prevent the replacement of one that crashes', async () => {
      await using archeio = await startWith(runtime, leadingTo('https://page-0.example'));
      const [frozen = 0, crashing = 0] = await pidsOf(archeio);
      using _ = freeze(frozen);
      archeio.configure(leadingTo('https://page-1.example'));
      archeio.signal('SIGHUP');
      await sleep(300);
      kill(crashing, 'SIGKILL');
      await until('two others', () => logged(archeio, 'worker-replaced').length === 2);
      await until('the reload', () => logged(archeio, 'configuration-loaded').length === 1);
      await allLeadTo(archeio.port, 'https://page-1.example');
    });

    test('is also replaced if no process answers', async () => {
      await using archeio = await startWith(runtime, leadingTo('https://page-0.example'));
      using frozen = new DisposableStack();
      for (const pid of await pidsOf(archeio)) frozen.use(freeze(pid));
      await until('two others', () => logged(archeio, 'worker-replaced').length === 2);
      await allLeadTo(archeio.port, 'https://page-0.example');
    });
  });
}

function doesNotAnswerAtItsStart(): void {
  describe('a process that does not answer during its start', TOGETHER, () => {
    for (const runtime of RUNTIMES)
      test(`is replaced, and then the server has started: ${runtime}`, async () => {
        const port = await freePort();
        const listen = { host: '127.0.0.1', port, processes: 2, admin: { port: 0 } };
        await using archeio = launch(runtime, twoProcesses(NOWHERE, { listen }));
        const [frozen = 0] = await until('a worker', () => {
          const children = childrenOf(archeio.pid);
          return children.length === 2 && children;
        });
        using _ = freeze(frozen);
        await untilWithin(
          'the start',
          () => archeio.stdout.includes('"started"'),
          (SILENCE.endsBusy + 15) * 1000,
        );
        assert.equal(runs(frozen), false);
        for (let at = 0; at < 20; at++)
          assert.equal((await answerOf(port, '/v2/', MUST_COME))?.status, 200);
        kill(archeio.pid, 'SIGTERM');
        assert.equal((await archeio.ended).code, 0);
      });
  });
}

function frozenSupervisor(runtime: Runtime): void {
  describe(`a supervisor that was frozen itself: ${runtime}`, TOGETHER, () => {
    test('kills no worker when it continues', async () => {
      await using archeio = await startWith(runtime, twoProcesses(NOWHERE));
      const pids = await pidsOf(archeio);
      archeio.signal('SIGSTOP');
      await sleep((SILENCE.ends + 5) * 1000);
      assert.equal((await answerOf(archeio.port, '/v2/', MUST_COME))?.status, 200);
      archeio.signal('SIGCONT');
      await sleep(3000);
      assert.deepEqual(await pidsOf(archeio), pids);
      for (const event of ['worker-silent', 'worker-ended'])
        assert.deepEqual(logged(archeio, event), []);
    });
  });
}

describe('silent processes', TOGETHER, () => {
  doesNotAnswerAtItsStart();
  // One runtime after the other: all at once would start too many processes.
  describe('once they serve', { timeout: 120_000, concurrency: 1 }, () => {
    for (const runtime of RUNTIMES) doesNotAnswer(runtime);
  });
  for (const runtime of RUNTIMES) frozenSupervisor(runtime);
});
