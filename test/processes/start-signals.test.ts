import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Runtime, RUNTIMES } from '../parts/archeio-process.ts';
import { spawnLimited } from '../parts/limited-child.ts';
import { leashed } from '../parts/part-process.ts';
import { freePort } from '../parts/ports.ts';
import { ROOT } from '../../tools/source-files.ts';
import { withStore } from '../serving/configurations.ts';
import { askFresh, childrenOf, kill, runs, until } from './several-processes.ts';

const LAUNCHER = join(ROOT, 'apps/archeio/bin/archeio');

/** A command that waits for its configuration on standard input. */
interface Waiting extends AsyncDisposable {
  readonly pid: number;
  /** The events of its log, in order. */
  readonly events: () => string[];
  /** Sends the configuration. */
  go(processes: number): Promise<number>;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>;
}

function start(runtime: Runtime, ...args: readonly string[]): Waiting {
  const [command, ...rest] = leashed(
    [LAUNCHER, ...args, '--runtime', runtime, '--config', '-'],
    undefined,
  );
  const child = spawnLimited(command, rest, { env: { PATH: process.env['PATH'] } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  child.stdin.on('error', () => undefined);
  const ended = new Promise<Awaited<Waiting['ended']>>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, stderr })),
  );
  return {
    pid: child.pid!,
    events: () =>
      stdout
        .split('\n')
        .filter((line) => line.endsWith('}'))
        .map((line) => String(JSON.parse(line).event)),
    async go(processes) {
      const port = await freePort();
      const listen = { host: '127.0.0.1', port, processes, admin: { port: 0 } };
      const source = withStore('http://127.0.0.1:9', { listen, ranges: { refreshEvery: 'never' } });
      child.stdin.end(JSON.stringify(source));
      return port;
    },
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Whether a process handles a signal, or ignores it. */
function stands(pid: number, which: 'SigCgt' | 'SigIgn', signal: number): boolean {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mask = BigInt(`0x${new RegExp(`${which}:\\s*([0-9a-f]+)`).exec(text)?.[1] ?? '0'}`);
  return ((mask >> BigInt(signal - 1)) & 1n) === 1n;
}

const [HUP, TERM] = [1, 15];

/** Waits until the runtime has run our first instruction: then it handles the signals that the launcher ignores. */
async function handlersStand({ pid }: Waiting): Promise<void> {
  await until(
    'its signal handlers',
    () => stands(pid, 'SigCgt', HUP) && stands(pid, 'SigCgt', TERM),
  );
}

for (const runtime of RUNTIMES) {
  describe(`signals during the start: ${runtime}`, { timeout: 60_000 }, () => {
    test('any number of SIGHUPs is one reload once it serves, and the next one is another', async () => {
      await using archeio = start(runtime, 'serve');
      await handlersStand(archeio);
      for (let at = 0; at < 20; at++) kill(archeio.pid, 'SIGHUP');
      const port = await archeio.go(1);
      await until('it serves', () => archeio.events().includes('reload'));
      assert.deepEqual(archeio.events(), ['started', 'reload']);
      assert.equal((await askFresh(port, '/v2/')).status, 200);
      kill(archeio.pid, 'SIGHUP');
      await until('the next reload', () => archeio.events().length === 3);
      assert.deepEqual(archeio.events(), ['started', 'reload', 'reload']);
    });

    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      test(`${signal} while it reads its configuration ends it gracefully, exit code 0`, async () => {
        await using archeio = start(runtime, 'serve');
        await handlersStand(archeio);
        kill(archeio.pid, signal);
        assert.deepEqual(await archeio.ended, { code: 0, signal: null, stderr: '' });
        assert.deepEqual(archeio.events(), ['stopping', 'stopped']);
      });

    test('SIGTERM while its workers start also ends them, and frees the port', async () => {
      await using archeio = start(runtime, 'serve');
      const port = await archeio.go(2);
      const workers = await until('its workers', () => {
        const children = childrenOf(archeio.pid);
        return children.length === 2 && children;
      });
      kill(archeio.pid, 'SIGTERM');
      assert.deepEqual(await archeio.ended, { code: 0, signal: null, stderr: '' });
      assert.deepEqual(archeio.events().slice(-2), ['stopping', 'stopped']);
      assert.ok(!archeio.events().includes('worker-ended'), String(archeio.events()));
      for (const pid of workers) await until('the end of a worker', () => !runs(pid));
      await assert.rejects(askFresh(port, '/v2/'), { code: 'ECONNREFUSED' });
    });

    test('a hang-up of the terminal still ends a command that is not a server', async () => {
      await using explain = start(runtime, 'explain', '--ip', '203.0.113.7', '/v2/');
      // From the first moment: it may have changed to the default action by then.
      await until('its start', () =>
        readFileSync(`/proc/${explain.pid}/comm`, 'utf8').startsWith(runtime),
      );
      kill(explain.pid, 'SIGHUP');
      assert.equal((await explain.ended).signal, 'SIGHUP');
    });
  });
}

test(
  'SIGHUP never ends a server on bun, from the first line of the launcher on',
  { timeout: 30_000 },
  async () => {
    await using archeio = start('bun', 'serve');
    // On a busy machine the launcher may be gone before this check: then the runtime handles the signal.
    await until('the launcher', () =>
      (['SigIgn', 'SigCgt'] as const).some((which) => stands(archeio.pid, which, HUP)),
    );
    const hangUps = setInterval(() => kill(archeio.pid, 'SIGHUP'), 2);
    try {
      await handlersStand(archeio);
      await archeio.go(1);
      await until('it serves', () => archeio.events().includes('reload'));
    } finally {
      clearInterval(hangUps);
    }
  },
);

test(
  'SIGTERM to the launcher, before the runtime starts, also ends it gracefully',
  { timeout: 30_000 },
  async () => {
    const child = spawnLimited('/bin/sh', [LAUNCHER, 'serve'], {
      env: { PATH: process.env['PATH'] },
    });
    let stdout = '';
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    await until('the launcher', () => stands(child.pid!, 'SigCgt', TERM));
    child.kill('SIGTERM');
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(code, 0);
    assert.equal(JSON.parse(stdout.trim().split('\n').at(-1) ?? '').event, 'stopped');
  },
);
