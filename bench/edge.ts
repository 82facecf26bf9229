import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from '../test/parts/command.ts';
import { type EdgeWorker, runBundle, wranglerConfiguration } from '../test/parts/edge-worker.ts';
import { installLocked } from '../test/parts/locked-packages.ts';

/**
 * The bundle for the edge against the platform's limits: its size as wrangler uploads it, the CPU time of its start, and
 * time, CPU and memory of requests under workerd, compared with a Worker that answers a constant 307.
 * `node bench/edge.ts [CONFIGURATION]`; installs wrangler and workerd into .test-run.
 */
const ROOT = join(import.meta.dirname, '..');
const CONFIGURATION = process.argv[2] ?? join(ROOT, 'apps/archeio/presets/registry.k8s.io.yaml');
const STARTS = 5;
const REQUESTS = 20_000;
const AT_ONCE = 16;
/** Unit of times in /proc/PID/stat. */
const MILLISECONDS_PER_TICK = 10;
const PATH = '/v2/pause/manifests/3.9';

const CONSTANT = `export default {
  fetch: () => new Response(null, { status: 307, headers: { Location: 'https://upstream.example/', 'Content-Length': '0' } }),
};
`;

const folder = mkdtempSync(join(tmpdir(), 'archeio-bench-edge-'));

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The process of workerd: the child of this one that was started last. */
function runtimePid(): number {
  const children = readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [, parent] = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
      return stat.includes('(workerd)') && parent === String(process.pid);
    } catch {
      return false;
    }
  });
  return Math.max(...children.map(Number));
}

function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MILLISECONDS_PER_TICK;
}

function megabytesOf(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1000;
}

function ask(port: number, agent: Agent): Promise<number> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: PATH, agent }, (response) => {
      if (response.statusCode !== 307) reject(new Error(`status ${response.statusCode}`));
      response.resume().once('end', () => resolve(performance.now() - begun));
    }).once('error', reject);
  });
}

/** First answer, microseconds of CPU for each later one, and memory. */
async function measure(worker: EdgeWorker) {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const pid = runtimePid();
  const first = await ask(worker.port, agent);
  const second = await ask(worker.port, agent);
  const before = cpuOf(pid);
  for (let sent = 0; sent < REQUESTS; sent += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, () => ask(worker.port, agent)));
  const microseconds = ((cpuOf(pid) - before) * 1000) / REQUESTS;
  agent.destroy();
  return { first, second, microseconds, megabytes: megabytesOf(pid) };
}

async function repeated(of: string, bundle: string): Promise<void> {
  const results: Awaited<ReturnType<typeof measure>>[] = [];
  for (let start = 0; start < STARTS; start++) {
    await using worker = await runBundle(bundle);
    results.push(await measure(worker));
  }
  const of5 = (key: keyof (typeof results)[number]) =>
    median(results.map((each) => each[key])).toFixed(1);
  console.log(
    `${of.padEnd(10)} first answer ${of5('first')} ms, second ${of5('second')} ms, then ${of5('microseconds')} µs of CPU each; workerd uses ${of5('megabytes')} MB`,
  );
}

try {
  console.log(`${cpus()[0].model}, ${cpus().length} processors, Node ${process.versions.node}`);
  const bundle = join(folder, 'archeio');
  const build = join(ROOT, 'apps/edge/build/build.ts');
  await must(process.execPath, [build, '--config', CONFIGURATION, '--out', bundle]);
  const { folder: packages } = await installLocked('edge');
  const wrangler = join(packages, 'node_modules/wrangler/bin/wrangler.js');
  writeFileSync(
    join(bundle, 'wrangler.json'),
    JSON.stringify({ ...wranglerConfiguration(), main: 'main.js', base_dir: '.' }),
  );
  const quiet = { WRANGLER_SEND_METRICS: 'false', CI: 'true', NO_COLOR: '1' };
  const wrangled = (...args: readonly string[]) =>
    must(process.execPath, [wrangler, ...args, '--cwd', bundle], quiet);
  const deployed = await wrangled('deploy', '--dry-run');
  console.log(/Total Upload: .*/.exec(deployed)?.[0]);
  const active: number[] = [];
  for (let start = 0; start < STARTS; start++)
    active.push(Number(/Active: ([\d.]+) ms/.exec(await wrangled('check', 'startup'))?.[1]));
  console.log(`start-up: ${median(active)} ms of CPU (${active.join(', ')})`);
  await repeated('archeio', bundle);
  const constant = join(folder, 'constant');
  mkdirSync(constant);
  for (const [name, text] of [
    ['main.js', CONSTANT],
    ['archeio.js', ''],
    ['configuration.js', ''],
    ['ranges.bin', ''],
  ])
    writeFileSync(join(constant, name), text);
  await repeated('a constant', constant);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
