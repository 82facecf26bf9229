import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  type ConfiguredProcess,
  type Runtime,
  RUNTIMES,
  startWith,
} from '../parts/archeio-process.ts';
import { logged } from '../parts/log-waits.ts';
import { adminStatus } from './admin-questions.ts';
import { startLoad } from './constant-load.ts';
import { numbered } from './numbered-configuration.ts';
import { REPLACEMENTS, replace } from './replace-file.ts';

const RELOADS = 100;
/** Warm-up of the garbage collector and the compiler. */
const WARM_UP = 30;
/**
 * Maximum growth of memory after the warm-up in bytes, by the number of serving processes. Measured: at most 10 and
 * 70 MB. With a leak of each configuration: 60 MB on Node, and 210 to 280 MB with two processes, each of which has its
 * own ranges.
 */
const GROWTH: Readonly<Record<number, number>> = { 1: 45 * 2 ** 20, 2: 130 * 2 ** 20 };

/** Used in turn: the first has a typical mistake, the others are what an interrupted copy leaves. */
const BAD: readonly ((good: string) => string)[] = [
  (good) => good.replace('"stores"', '"stores":'),
  (good) => good.replace('"stores"', '"shops"'),
  (good) => good.slice(0, good.length / 2),
  () => '',
];

function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

/** Of the server and all its workers. */
async function memoryOf(archeio: ConfiguredProcess): Promise<number> {
  const { pid, processes } = await adminStatus(archeio);
  const pids = new Set([pid, ...processes.map((each) => each.pid)]);
  return [...pids].reduce((sum, each) => sum + residentBytes(each), 0);
}

/** A server's configuration file, with the process settings that `startWith` wrote. */
function textOf(archeio: ConfiguredProcess, generation: number): string {
  const { listen, ranges } = JSON.parse(readFileSync(archeio.file, 'utf8'));
  return JSON.stringify({ ...numbered(generation), listen, ranges });
}

async function reloadUnderLoad(runtime: Runtime, processes: number): Promise<void> {
  const first = numbered(0);
  await using archeio = await startWith(runtime, {
    ...first,
    listen: { ...first.listen, processes },
  });
  const texts = Array.from({ length: RELOADS }, (_, at) => textOf(archeio, at + 1));
  const load = startLoad(archeio.port, 6);
  let before = 0;
  for (const [at, good] of texts.entries()) {
    if (at === WARM_UP) before = await memoryOf(archeio);
    const how = REPLACEMENTS[Math.floor((at * REPLACEMENTS.length) / RELOADS)];
    const write = (text: string, version: number): void =>
      replace(archeio.file, text, how, version, () => archeio.signal('SIGHUP'));
    if (at % 3 === 1) {
      const from = archeio.log.length;
      write(BAD[at % BAD.length](good), 2 * at);
      const { problems } = await logged(archeio, 'configuration-refused', from);
      assert.ok(JSON.stringify(problems).includes('configuration.json'), String(problems));
    }
    const from = archeio.log.length;
    write(good, 2 * at + 1);
    const { generation } = await logged(archeio, 'configuration-loaded', from);
    assert.equal(generation, at + 2);
  }
  const after = await memoryOf(archeio);
  await load.stop();
  assert.deepEqual(load.wrong.slice(0, 10), []);
  // Otherwise the test proves nothing: each configuration must have been in use during requests.
  assert.ok(load.generations.size > RELOADS * 0.9, String(load.generations.size));
  assert.ok(load.answered > 20 * RELOADS, String(load.answered));
  const grown = after - before;
  assert.ok(grown < GROWTH[processes], `${grown} bytes more after ${RELOADS} reloads`);
}

// Most of the time passes in the server's own delay before it reads a changed file, so two servers take turns.
describe('reloading 100 times under load, good and bad files mixed', { concurrency: 2 }, () => {
  for (const runtime of RUNTIMES) {
    for (const processes of [1, 2]) {
      test(`${runtime}, ${processes} process(es): no request fails, every answer is of one whole configuration, memory does not grow`, () =>
        reloadUnderLoad(runtime, processes));
    }
  }
});
