import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import type { NetworkNamespace } from './network-namespace.ts';
import { COMPILE_CACHE } from './compile-cache.ts';
import { limit } from './limited-child.ts';
import { leashed, LIFETIME } from './part-process.ts';
import { ROOT } from '../../tools/source-files.ts';

export type Runtime = 'bun' | 'node';
export const RUNTIMES: readonly Runtime[] = ['bun', 'node'];

/** How long a start or a stop may take before the test fails, in milliseconds. */
const PATIENCE = 60_000;

/** One line of the log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly event: string };

/** A server in a separate process. */
export interface ArcheioProcess extends AsyncDisposable {
  readonly port: number;
  readonly adminPort: number;
  readonly pid: number;
  readonly log: readonly LogLine[];
  signal(signal: NodeJS.Signals): void;
  /** Resolves when the process has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

function watch(child: ChildProcess): Promise<ArcheioProcess> {
  limit(child, LIFETIME);
  const log: LogLine[] = [];
  let stderr = '';
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new Error(`archeio ${why}\n${stderr}\n${JSON.stringify(log)}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`did not start within ${PATIENCE / 1000} s`);
    }, PATIENCE);
    void ended.then(() => {
      clearTimeout(timer);
      fail('ended before it had started');
    });
    createInterface({ input: child.stdout! }).on('line', (text) => {
      const line: LogLine = JSON.parse(text);
      log.push(line);
      if (line.event !== 'started') return;
      clearTimeout(timer);
      resolve({
        port: Number(line['port']),
        adminPort: Number(line['adminPort']),
        pid: child.pid!,
        log,
        signal: (signal) => void child.kill(signal),
        ended,
        async [Symbol.asyncDispose]() {
          child.kill('SIGKILL');
          await ended;
        },
      });
    });
  });
}

/** `archeio serve` with an environment, by the launcher. */
export function startArcheio(
  runtime: Runtime,
  environment: Record<string, string> = {},
): Promise<ArcheioProcess> {
  return startLaunched(runtime, ['serve', '--port', '0'], { ADMIN_PORT: '0', ...environment });
}

/** The launcher with these arguments, the first of which is `serve`, and with this environment alone. */
export function startLaunched(
  runtime: Runtime,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<ArcheioProcess> {
  const launcher = join(ROOT, 'apps/archeio/bin/archeio');
  return watch(
    spawn(launcher, [...args, '--runtime', runtime], {
      env: { PATH: process.env['PATH'], ...COMPILE_CACHE, ...environment },
    }),
  );
}

/** `serve` of the executable in a folder, with an empty environment: no runtime is on the PATH, since there is none. */
export function startExecutable(
  executable: string,
  configuration: string,
  folder: string,
): Promise<ArcheioProcess> {
  return watch(spawn(executable, ['serve', '--config', configuration], { cwd: folder, env: {} }));
}

/** For several servers at once, which do not fetch ranges from the providers. */
function onFreePorts({ listen, ranges, ...source }: ConfigurationSource): ConfigurationSource {
  return {
    ...source,
    listen: { ...listen, admin: { port: 0, ...listen?.admin } },
    ranges: { refreshEvery: 'never', ...ranges },
  };
}

/** A server whose configuration is a file. */
export interface ConfiguredProcess extends ArcheioProcess {
  readonly file: string;
  /** Replaces the configuration file atomically, as an editor would. */
  configure(content: ConfigurationSource | string): void;
}

/**
 * The same server with the test's configuration, inside `namespace` if given.
 *
 * @param openFiles limit of open files (`ulimit -n`); default: this process's
 */
export async function startWith(
  runtime: Runtime,
  source: ConfigurationSource,
  namespace?: NetworkNamespace,
  environment: Readonly<Record<string, string>> = {},
  openFiles?: number,
): Promise<ConfiguredProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-'));
  const file = join(folder, 'configuration.json');
  const configure = (content: ConfigurationSource | string): void => {
    const text = typeof content === 'string' ? content : JSON.stringify(onFreePorts(content));
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  configure(source);
  const program = join(ROOT, 'node_modules/.bin', runtime);
  const serve = join(ROOT, 'test/parts/serve-source.ts');
  const limited = openFiles === undefined ? [] : ['prlimit', `--nofile=${openFiles}:${openFiles}`];
  const [command, ...args] = leashed([...limited, program, serve, file], namespace);
  const child = spawn(command, args, {
    env: {
      PATH: process.env['PATH'],
      BUN_CONFIG_MAX_HTTP_REQUESTS: '65336',
      ...COMPILE_CACHE,
      ...environment,
    },
  });
  const clean = (): void => rmSync(folder, { recursive: true });
  try {
    const started = await watch(child);
    return {
      ...started,
      file,
      configure,
      async [Symbol.asyncDispose]() {
        await started[Symbol.asyncDispose]();
        clean();
      },
    };
  } catch (error) {
    clean();
    throw error;
  }
}
