import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/**
 * CPU time of a request to `archeio serve` without decision events, with 1 % of them (with and without `always:
 * [errors]`) and with all of them, written to a file. One process, in which the worker and the writer share a core.
 * `node bench/serve-events.ts [ROUNDS]`; needs wrk.
 */
const ROOT = join(import.meta.dirname, '..');
const ROUNDS = Number(process.argv[2] ?? 15);
const SECONDS = 1;
/** Unit of times in /proc/PID/stat; the same on every known Linux (man 5 proc_pid_stat, getconf CLK_TCK). */
const TICKS_PER_SECOND = 100;
const PATH = `/v2/pause/blobs/sha256:${'0123456789abcdef'.repeat(4)}`;

const directory = mkdtempSync(join(tmpdir(), 'serve-events-'));
const EVENTS: Readonly<
  Record<string, { readonly sample: number; readonly always?: readonly string[] } | undefined>
> = {
  off: undefined,
  '1 %, no errors': { sample: 0.01, always: [] },
  '1 %': { sample: 0.01 },
  '100 %': { sample: 1 },
};

interface Contestant {
  readonly name: string;
  readonly child: ChildProcess;
  readonly port: number;
  readonly file: string;
  readonly microseconds: number[];
  requests: number;
}

function start(name: string, runtime: string): Promise<Contestant> {
  const file = join(directory, `${runtime}-${name.replaceAll(/\W/g, '')}.ndjson`);
  // Each server has its own: it would load one that changes.
  const configuration = `${file}.json`;
  const events = EVENTS[name];
  writeFileSync(
    configuration,
    JSON.stringify({
      version: 1,
      listen: { host: '127.0.0.1', port: 0, admin: { port: 0 } },
      ranges: { refreshEvery: 'never' },
      pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
      clientAddress: { topology: 'google-load-balancer' },
      registries: [{ name: 'r', upstreams: [{ name: 'u', url: 'https://upstream.example' }] }],
      stores: [
        {
          name: 'store',
          url: 'https://store.example',
          key: '{digest}',
          default: true,
          check: 'none',
        },
      ],
      ...(events && { events: { ...events, to: file } }),
    }),
  );
  const launcher = join(ROOT, 'apps/archeio/bin/archeio');
  const child = spawn(
    'taskset',
    ['-c', '0', launcher, 'serve', '--runtime', runtime, '--config', configuration],
    { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('archeio ended')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { event, port } = JSON.parse(line);
      if (event === 'started') resolve({ name, child, port, file, microseconds: [], requests: 0 });
    });
  });
}

/** User and system time of a process, in microseconds. */
function cpuOf({ child }: Contestant): number {
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1e6;
}

const run = promisify(execFile);

/** Requests answered in one round of load. */
async function load({ port }: Contestant, seconds: number): Promise<number> {
  const header = 'X-Forwarded-For: 203.0.113.7, 10.0.0.1';
  const url = `http://127.0.0.1:${port}${PATH}`;
  const args = ['-t1', '-c16', `-d${seconds}`, '-H', header, '-H', 'User-Agent: containerd/2.1.4'];
  const { stdout } = await run('taskset', ['-c', '1', 'wrk', ...args, url]);
  if (/Socket errors|Non-2xx or 3xx/.test(stdout)) throw new Error(stdout);
  return Number(/(\d+) requests in/.exec(stdout)?.[1]);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

console.log(
  `${cpus()[0].model}, ${ROUNDS} rounds of ${SECONDS} s, one core each for server and load, keep-alive, a known blob`,
);
for (const runtime of ['bun', 'node']) {
  const contestants: Contestant[] = [];
  for (const name of Object.keys(EVENTS)) contestants.push(await start(name, runtime));
  for (const contestant of contestants) contestant.requests += await load(contestant, 2);
  for (let round = 0; round < ROUNDS; round++)
    for (const contestant of round % 2 === 0 ? contestants : contestants.toReversed()) {
      const before = cpuOf(contestant);
      const requests = await load(contestant, SECONDS);
      contestant.requests += requests;
      contestant.microseconds.push((cpuOf(contestant) - before) / requests);
    }
  const [off] = contestants;
  for (const { name, microseconds, child, file, requests } of contestants) {
    child.kill('SIGTERM');
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('close', resolve));
    const ratios = microseconds.map((value, round) => value / off.microseconds[round]);
    const events =
      EVENTS[name] === undefined ? 0 : readFileSync(file).filter((byte) => byte === 10).length;
    console.log(
      `${runtime.padEnd(4)} ${name.padEnd(15)} ${median(microseconds).toFixed(1)} µs of CPU per request, ${median(ratios).toFixed(2)} × (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}); ${events} events of ${requests} requests`,
    );
    const { sample = 0 } = EVENTS[name] ?? {};
    if (Math.abs(events - sample * requests) > 7 * Math.sqrt(sample * requests))
      throw new Error(
        `${events} events of ${requests} requests do not agree with sample ${sample}`,
      );
  }
}
rmSync(directory, { recursive: true });
