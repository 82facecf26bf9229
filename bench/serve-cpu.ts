import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/**
 * CPU time of a request to `archeio serve` with its defaults, compared with a constant 307 from the same kind of server
 * on the same runtime, which shows what the design adds; or, if CHECKOUT names another checkout (with its dependencies
 * installed), with `archeio serve` from there, which shows what a change costs. One process, then two.
 * `node bench/serve-cpu.ts [ROUNDS [CHECKOUT]]`; needs wrk.
 */
const ROOT = join(import.meta.dirname, '..');
const ROUNDS = Number(process.argv[2] ?? 15);
const OTHER = process.argv[3];
const SECONDS = 1;
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const HEADER = 'X-Forwarded-For: 203.0.113.7, 10.0.0.1';
/** Unit of times in /proc/PID/stat; the same on every known Linux (man 5 proc_pid_stat, getconf CLK_TCK). */
const TICKS_PER_SECOND = 100;

const run = promisify(execFile);

interface Contestant {
  readonly name: string;
  readonly processes: readonly string[];
  readonly port: number;
  readonly path: string;
  readonly microseconds: number[];
}

function start(
  command: string,
  args: readonly string[],
  environment: Record<string, string>,
): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`${command} ended`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { event, port } = JSON.parse(line);
      if (event === 'started') resolve({ child, port });
    });
  });
}

/** The fields of /proc/PID/stat after the name; none for a process that has ended. */
function statOf(pid: number | string | undefined): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** User and system time of a process and those that it started, in microseconds. */
function cpuOf({ processes }: Contestant): number {
  const ticks = processes
    .map(statOf)
    .reduce((sum, fields) => sum + Number(fields[11]) + Number(fields[12]), 0);
  return (ticks / TICKS_PER_SECOND) * 1e6;
}

/** A process and those that it started. */
function family({ pid }: ChildProcess): readonly string[] {
  const parent = String(pid);
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return [parent, ...all.filter((each) => statOf(each)[1] === parent)];
}

/** Requests answered in one round of load. */
async function load({ port, path }: Contestant, seconds: number): Promise<number> {
  const { stdout } = await run('taskset', [
    '-c',
    '1',
    'wrk',
    '-t1',
    '-c16',
    `-d${seconds}`,
    '-H',
    HEADER,
    `http://127.0.0.1:${port}${path}`,
  ]);
  if (/Socket errors|Non-2xx or 3xx/.test(stdout)) throw new Error(stdout);
  return Number(/(\d+) requests in/.exec(stdout)?.[1]);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const store = createServer((_request, response) =>
  response.writeHead(200, { 'Content-Length': 1 }).end(),
);
await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
const address = store.address();
const storeUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;

const paths = { manifest: '/v2/pause/manifests/3.9', 'known blob': `/v2/pause/blobs/${DIGEST}` };
const locations = {
  manifest: 'https://us-central1-docker.pkg.dev/v2/k8s-artifacts-prod/images/pause/manifests/3.9',
  'known blob': `${storeUrl}/containers/images/${DIGEST}`,
};

console.log(
  `${cpus()[0].model}, ${ROUNDS} rounds of ${SECONDS} s, one core each for server and load, keep-alive`,
);
const directory = mkdtempSync(join(tmpdir(), 'serve-cpu-'));
/** `archeio serve` of a checkout, with its own preset. */
function startServe(
  root: string,
  runtime: string,
  count: number,
): Promise<{ child: ChildProcess; port: number }> {
  const preset = readFileSync(join(root, 'apps/archeio/presets/registry.k8s.io.yaml'), 'utf8');
  const configuration = join(mkdtempSync(join(directory, 'serve-')), 'configuration.yaml');
  writeFileSync(configuration, preset.replace(/^listen: \{/m, `listen: { processes: ${count},`));
  const launcher = join(root, 'apps/archeio/bin/archeio');
  const args = ['serve', '--runtime', runtime, '--config', configuration, '--port', '0'];
  return start('taskset', ['-c', '0', launcher, ...args], {
    DEFAULT_AWS_BASE_URL: storeUrl,
    ADMIN_PORT: '0',
  });
}

const cases = [
  { runtime: 'bun', count: 1 },
  { runtime: 'node', count: 1 },
  { runtime: 'bun', count: 2 },
  { runtime: 'node', count: 2 },
] as const;
for (const { runtime, count } of cases) {
  const command = join(ROOT, 'node_modules/.bin', runtime);
  const serve = await startServe(ROOT, runtime, count);
  const other = OTHER === undefined ? undefined : await startServe(OTHER, runtime, count);
  for (const kind of ['manifest', 'known blob'] as const) {
    const least =
      other ??
      (await start(
        'taskset',
        ['-c', '0', command, join(ROOT, 'bench/serve-constant.ts'), locations[kind]],
        {},
      ));
    const contestants: readonly Contestant[] = [
      {
        name: 'archeio',
        processes: family(serve.child),
        port: serve.port,
        path: paths[kind],
        microseconds: [],
      },
      {
        name: other === undefined ? 'constant' : 'other',
        processes: family(least.child),
        port: least.port,
        path: paths[kind],
        microseconds: [],
      },
    ];
    const answers = await Promise.all(
      contestants.map(async ({ port, path }) => {
        const { status, headers } = await fetch(`http://127.0.0.1:${port}${path}`, {
          redirect: 'manual',
          headers: { 'X-Forwarded-For': '203.0.113.7, 10.0.0.1' },
        });
        return JSON.stringify([
          status,
          headers.get('location'),
          headers.get('cache-control'),
          headers.get('content-length'),
        ]);
      }),
    );
    if (new Set(answers).size !== 1) throw new Error(`the answers differ: ${answers.join(' ')}`);

    for (const contestant of contestants) await load(contestant, 2);
    for (let round = 0; round < ROUNDS; round++) {
      for (const contestant of round % 2 === 0 ? contestants : contestants.toReversed()) {
        const before = cpuOf(contestant);
        const requests = await load(contestant, SECONDS);
        contestant.microseconds.push((cpuOf(contestant) - before) / requests);
      }
    }
    const [ours, theirs] = contestants.map(({ microseconds }) => microseconds);
    const ratios = ours.map((value, round) => value / theirs[round]);
    console.log(
      `${runtime.padEnd(4)} × ${count} ${kind.padEnd(10)} archeio ${median(ours).toFixed(1)} µs, ${contestants[1].name} ${median(theirs).toFixed(1)} µs of CPU per request: ${median(ratios).toFixed(2)} × (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
    );
    if (other === undefined) least.child.kill();
  }
  serve.child.kill('SIGKILL');
  other?.child.kill('SIGKILL');
}
rmSync(directory, { recursive: true });
store.close();
