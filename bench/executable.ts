import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildExecutable } from '../test/executable/built.ts';
import { ROOT } from '../tools/source-files.ts';
import { askForBlobs, askingStore, knownBlobs, startFullStore } from './known-blobs.ts';

/**
 * `archeio serve` as one executable compared with the checkout on Bun: from the start to the first answer, and memory at
 * idle and with BLOBS known blobs. Medians of ROUNDS starts in turn; the blobs are asked for once.
 * `node bench/executable.ts [ROUNDS [BLOBS]]`.
 */
const ROUNDS = Number(process.argv[2] ?? 15);
const BLOBS = Number(process.argv[3] ?? 1_000_000);

const folder = mkdtempSync(join(tmpdir(), 'archeio-bench-'));
const executable = await buildExecutable(folder);
const CONTESTANTS = {
  checkout: [join(ROOT, 'apps/archeio/bin/archeio'), '--runtime', 'bun'],
  executable: [executable],
} as const;
type Name = keyof typeof CONTESTANTS;
const NAMES: readonly Name[] = ['checkout', 'executable'];

interface Memory {
  /** Resident, with pages of the program's file. */
  readonly resident: number;
  /** What no other process can share, and what a container is charged for in any case. */
  readonly anonymous: number;
}

/** In MiB. */
function memoryOf(pid: number): Memory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)?.[1]) / 1024;
  return { resident: field('Rss'), anonymous: field('Anonymous') };
}

interface Started extends Disposable {
  readonly child: ChildProcess;
  readonly port: number;
  readonly adminPort: number;
}

function start(name: Name, args: readonly string[]): Promise<Started> {
  const [command, ...first] = CONTESTANTS[name];
  const child = spawn(command, [...first, 'serve', ...args], {
    env: { PATH: process.env['PATH'], PORT: '0', ADMIN_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended with exit code ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { event, port, adminPort } = JSON.parse(line);
      if (event === 'started')
        resolve({ child, port, adminPort, [Symbol.dispose]: () => void child.kill('SIGKILL') });
    });
  });
}

interface Start extends Memory {
  readonly firstAnswer: number;
}

/** With the built-in preset. */
async function startOnce(name: Name): Promise<Start> {
  const begun = performance.now();
  using started = await start(name, []);
  const target = `http://127.0.0.1:${started.port}/v2/pause/manifests/3.9`;
  const { status } = await fetch(target, { redirect: 'manual' });
  const firstAnswer = performance.now() - begun;
  if (status !== 307) throw new Error(`${name} answered ${status}`);
  return { firstAnswer, ...memoryOf(started.child.pid ?? 0) };
}

async function withKnownBlobs(name: Name): Promise<Memory> {
  using store = await startFullStore();
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(askingStore(store.url, BLOBS)));
  using started = await start(name, ['--config', file]);
  await askForBlobs(started.port, BLOBS);
  const count = await knownBlobs(started.adminPort);
  if (count < BLOBS * 0.99) throw new Error(`${name} knows ${count} blobs of ${BLOBS}`);
  return memoryOf(started.child.pid ?? 0);
}

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;

const starts: Record<Name, Start[]> = { checkout: [], executable: [] };
const known: Partial<Record<Name, Memory>> = {};
try {
  process.stdout.write(
    `${cpus()[0]?.model}, ${ROUNDS} starts in turn; executable: ${statSync(executable).size} bytes\n`,
  );
  for (let round = 0; round < ROUNDS; round++)
    for (const name of round % 2 === 0 ? NAMES : NAMES.toReversed())
      starts[name].push(await startOnce(name));
  for (const name of NAMES) known[name] = await withKnownBlobs(name);
} finally {
  rmSync(folder, { recursive: true });
}

function row(what: string, unit: string, of: (name: Name) => number): void {
  const [checkout, single] = [of('checkout'), of('executable')];
  const shown = [checkout, single].map((value) => `${value.toFixed(0)} ${unit}`.padStart(10));
  process.stdout.write(
    `${what.padEnd(46)}${shown.join('')}${`${(single / checkout).toFixed(2)} ×`.padStart(10)}\n`,
  );
}

process.stdout.write(`${''.padEnd(46)}  checkout executable     ratio\n`);
row('start to the first answer', 'ms', (name) =>
  median(starts[name].map(({ firstAnswer }) => firstAnswer)),
);
for (const kind of ['resident', 'anonymous'] as const) {
  row(`${kind} memory, idle`, 'MiB', (name) => median(starts[name].map((each) => each[kind])));
  row(`${kind} memory, ${BLOBS} known blobs`, 'MiB', (name) => known[name]?.[kind] ?? Number.NaN);
}
