import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import type { Runtime } from '../parts/archeio-process.ts';
import { spawnLimited } from '../parts/limited-child.ts';
import { ROOT } from '../../tools/source-files.ts';

/** A server whose standard output nobody reads once it has started. */
export interface UnreadProcess extends AsyncDisposable {
  readonly port: number;
  readonly adminPort: number;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** Reads from now on. */
  read(): void;
  /** Closes the reader's end. */
  leave(): void;
  stop(): void;
  /** Every line so far. */
  lines(): string[];
}

/** Starts `archeio serve` and stops reading its output after `started`. */
export async function startUnread(
  runtime: Runtime,
  source: ConfigurationSource,
): Promise<UnreadProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-unread-'));
  const file = join(folder, 'configuration.json');
  const configuration = {
    ...source,
    listen: { ...source.listen, admin: { port: 0 } },
    ranges: { refreshEvery: 'never' },
  };
  writeFileSync(file, JSON.stringify(configuration));
  const child = spawnLimited(
    join(ROOT, 'node_modules/.bin', runtime),
    [join(ROOT, 'apps/archeio/src/main.mjs'), 'serve', '--config', file],
    { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  const started = await new Promise<string>((resolve, reject) => {
    void ended.then(() => reject(new Error(`archeio ended: ${output}`)));
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
      const line = output.split('\n').find((each) => each.includes('"event":"started"'));
      if (line !== undefined) resolve(line);
    });
  });
  child.stdout.pause();
  const { port, adminPort }: Record<string, unknown> = JSON.parse(started);
  return {
    port: Number(port),
    adminPort: Number(adminPort),
    ended,
    read: () => void child.stdout.resume(),
    leave: () => void child.stdout.destroy(),
    stop: () => void child.kill('SIGTERM'),
    lines: () => output.split('\n').slice(0, -1),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      child.stdout.destroy();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
