import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { spawnLimited } from '../parts/limited-child.ts';
import { missing } from '../parts/command.ts';
import { leashed } from '../parts/part-process.ts';
import { childrenOf, kill, runs, until } from '../processes/several-processes.ts';
import { withStore } from '../serving/configurations.ts';
import { ROOT } from '../../tools/source-files.ts';

/** npm without a registry, so that it cannot fetch anything. */
const environment = (home: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: home,
  ADMIN_PORT: '0',
  npm_config_registry: 'http://127.0.0.1:9',
  npm_config_update_notifier: 'false',
  npm_config_fetch_retries: '0',
});

/** A server that npm has started. */
interface Served extends AsyncDisposable {
  /** Of the command that was started. */
  readonly pid: number;
  readonly server: number;
  readonly events: () => string[];
  readonly ended: Promise<number | null>;
}

async function serve(command: readonly string[], processes = 1): Promise<Served> {
  const home = mkdtempSync(join(tmpdir(), 'archeio-npm-'));
  const file = join(home, 'configuration.json');
  const listen = { host: '127.0.0.1', port: 0, processes, admin: { port: 0 } };
  const stop = { delay: '500ms', timeout: '2s' };
  const source = withStore('http://127.0.0.1:9', {
    listen,
    stop,
    ranges: { refreshEvery: 'never' },
  });
  writeFileSync(file, JSON.stringify(source));
  const [program, ...args] = leashed([...command, '--config', file], undefined);
  const child = spawnLimited(program, args, { cwd: ROOT, env: environment(home), detached: true });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const events = (): string[] =>
    [...stdout.matchAll(/"event":"([a-z-]+)"/g)].map(([, event = '']) => event);
  const server = Number(
    await until(
      `the start of ${command.join(' ')}`,
      () => /"event":"started".*"pid":(\d+)/.exec(stdout)?.[1],
    ).catch((error: unknown) => {
      kill(child.pid!, 'SIGKILL');
      throw new Error(`${String(error)}\n${stdout}\n${stderr}`);
    }),
  );
  return {
    pid: child.pid!,
    server,
    events,
    ended,
    async [Symbol.asyncDispose]() {
      // The whole group: nothing may outlive the test.
      kill(-child.pid!, 'SIGKILL');
      await ended;
      rmSync(home, { recursive: true });
    },
  };
}

describe('a signal to npm alone', { timeout: 120_000 }, () => {
  for (const [command, processes] of [
    [['npm', 'start', '--'], 1],
    [['npm', 'start', '--'], 2],
    [['npm', 'start', '--', '--runtime', 'node'], 1],
  ] as const)
    test(`stops the server gracefully, and npm ends with its exit code: ${command.join(' ')}, ${processes} at work`, async () => {
      await using served = await serve(command, processes);
      kill(served.pid, 'SIGTERM');
      assert.equal(await served.ended, 0);
      assert.deepEqual(served.events().slice(-2), ['stopping', 'stopped']);
      assert.equal(runs(served.server), false);
    });

  // The signal kills npm's shell at once, and npm with it; the server still drains.
  for (const command of [
    ['npx', 'archeio', 'serve', '--port', '0'],
    ['npx', 'archeio', 'serve', '--runtime', 'node'],
    ['npm', 'exec', 'archeio', '--', 'serve'],
  ])
    test(`leaves no server behind that keeps the port: ${command.join(' ')}`, async () => {
      await using served = await serve(command);
      kill(served.pid, 'SIGTERM');
      await served.ended;
      await until('the end of the server', () => !runs(served.server));
      assert.deepEqual(served.events().slice(-2), ['stopping', 'stopped']);
    });

  const without = missing('unshare');
  const namespaces =
    without.length === 0 &&
    spawnSync('unshare', ['--pid', '--fork', 'true'], { timeout: 10_000 }).status === 0;
  test(
    'as the first process of a container stops the server gracefully, exit code 0',
    { skip: namespaces ? false : 'no process namespaces here' },
    async () => {
      for (const command of [
        ['npm', 'start', '--'],
        [join(ROOT, 'apps/archeio/bin/archeio'), 'serve'],
      ]) {
        await using served = await serve([
          'unshare',
          '--pid',
          '--fork',
          '--kill-child',
          ...command,
        ]);
        const [first = 0] = childrenOf(served.pid);
        kill(first, 'SIGTERM');
        assert.equal(await served.ended, 0);
        assert.deepEqual(served.events().slice(-2), ['stopping', 'stopped']);
      }
    },
  );
});

test(
  "npx archeio in the checkout is the checkout's, and fetches nothing",
  { timeout: 60_000 },
  () => {
    const home = mkdtempSync(join(tmpdir(), 'archeio-npm-'));
    try {
      const { status, stdout, stderr } = spawnSync('npx', ['--no', 'archeio', '--version'], {
        cwd: ROOT,
        env: environment(home),
        encoding: 'utf8',
        timeout: 60_000,
      });
      assert.deepEqual([status, stderr], [0, '']);
      assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
    } finally {
      rmSync(home, { recursive: true });
    }
  },
);
