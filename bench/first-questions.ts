import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/**
 * What an operator asks first about `archeio serve` with its defaults: how soon it listens, how much memory it then
 * uses, and how long a client waits that sends one request after another. Medians of ROUNDS starts on each
 * runtime. `node bench/first-questions.ts [ROUNDS]`; needs wrk.
 */
const ROOT = join(import.meta.dirname, '..');
const ROUNDS = Number(process.argv[2] ?? 9);
const TARGET = '/v2/pause/manifests/3.9';

const run = promisify(execFile);

interface Answers {
  readonly listensAfterMs: number;
  readonly residentMiB: number;
  readonly medianUs: number;
  readonly p99Us: number;
}

function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`serve ended with exit code ${code}`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const { event, port } = JSON.parse(line);
      if (event === 'started') resolve(port);
    });
  });
}

/** wrk's `50%   38.00us`, in microseconds. */
function latency(output: string, percentile: number): number {
  const [, value = '', unit = ''] =
    new RegExp(`^ +${percentile}% +([\\d.]+)(us|ms|s)$`, 'm').exec(output) ?? [];
  if (value === '') throw new Error(`wrk printed no latency:\n${output}`);
  return Number(value) * { us: 1, ms: 1e3, s: 1e6 }[unit]!;
}

async function start(runtime: string): Promise<Answers> {
  const begun = performance.now();
  const child = spawn(join(ROOT, 'apps/archeio/bin/archeio'), ['--runtime', runtime, 'serve'], {
    env: { PATH: process.env['PATH'], PORT: '0', ADMIN_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const port = await listening(child);
    const listensAfterMs = performance.now() - begun;
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const residentMiB = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
    const url = `http://127.0.0.1:${port}${TARGET}`;
    const answer = await fetch(url, { redirect: 'manual' });
    if (answer.status !== 307) throw new Error(`answered ${answer.status}`);
    const measure = async (seconds: number): Promise<string> =>
      (await run('wrk', ['-t1', '-c1', `-d${seconds}s`, '--latency', url])).stdout;
    await measure(1);
    const output = await measure(1);
    return {
      listensAfterMs,
      residentMiB,
      medianUs: latency(output, 50),
      p99Us: latency(output, 99),
    };
  } finally {
    child.removeAllListeners('exit');
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}

function median(values: readonly number[]): string {
  return values.toSorted((a, b) => a - b)[values.length >> 1].toFixed(0);
}

process.stdout.write(
  `${cpus()[0]?.model}, ${availableParallelism()} cores, ${ROUNDS} starts on each runtime\n`,
);
const all = { bun: [] as Answers[], node: [] as Answers[] };
for (let round = 0; round < ROUNDS; round++)
  for (const runtime of ['bun', 'node'] as const) all[runtime].push(await start(runtime));
for (const [runtime, answers] of Object.entries(all)) {
  const of = (key: keyof Answers): string => median(answers.map((each) => each[key]));
  process.stdout.write(
    `${runtime.padEnd(5)}listens after ${of('listensAfterMs')} ms with ${of('residentMiB')} MiB; ` +
      `a client waits ${of('medianUs')} µs (median), ${of('p99Us')} µs (99 %)\n`,
  );
}
