import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnLimited } from '../parts/limited-child.ts';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import type { Runtime } from '../parts/archeio-process.ts';
import { leashed } from '../parts/part-process.ts';
import { ROOT } from '../../tools/source-files.ts';

/** `archeio serve` by the launcher, with its output so far. */
export interface Launched extends AsyncDisposable {
  readonly pid: number;
  readonly stdout: string;
  /** Stops reading its output. */
  stopReading(): void;
  readonly ended: Promise<{
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
  }>;
  configure(source: ConfigurationSource): void;
}

/** Starts `archeio serve` on a configuration, without waiting until it serves. */
export function launch(
  runtime: Runtime,
  source: ConfigurationSource,
  environment: Readonly<Record<string, string>> = {},
): Launched {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-'));
  const file = join(folder, 'configuration.json');
  const configure = (content: ConfigurationSource): void =>
    writeFileSync(file, JSON.stringify({ ranges: { refreshEvery: 'never' }, ...content }));
  configure(source);
  const launcher = join(ROOT, 'apps/archeio/bin/archeio');
  const [command, ...args] = leashed(
    [launcher, 'serve', '--runtime', runtime, '--config', file],
    undefined,
  );
  const child = spawnLimited(command, args, {
    env: { PATH: process.env['PATH'], HOME: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const ended = new Promise<{ code: number; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr })),
  );
  return {
    pid: child.pid!,
    get stdout() {
      return stdout;
    },
    stopReading: () => child.stdout.destroy(),
    ended,
    configure,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** A start that is expected to fail: its output and exit code; −1 if it had to be killed. */
export async function serveOnce(runtime: Runtime, source: ConfigurationSource) {
  await using launched = launch(runtime, source);
  const timer = setTimeout(() => process.kill(launched.pid, 'SIGKILL'), 20_000);
  const outcome = await launched.ended;
  clearTimeout(timer);
  return outcome;
}
