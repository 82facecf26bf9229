import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHANGED, generatedEvents, SERVED, writeEvents } from '../test/compare/generated-events.ts';

/**
 * `archeio compare` over generated events: events a second and peak memory, on both runtimes, for a tenth of the events
 * and for all, since memory must not grow. The least that any reader of JSON needs, parsing each line, is measured next
 * to it. Seconds are those of the CPU, since others may use the machine. `node bench/compare.ts [EVENTS]`, a million by
 * default; needs /proc.
 */
const EVENTS = Number(process.argv[2] ?? 1_000_000);
const MAIN = join(import.meta.dirname, '../apps/archeio/src/main.mjs');

/** Unit of times in /proc/PID/stat (getconf CLK_TCK). */
const TICKS_PER_SECOND = 100;

const PARSE = `const { createReadStream } = require('node:fs');
const { createInterface } = require('node:readline');
let requests = 0;
createInterface({ input: createReadStream(process.argv.at(-1)) })
  .on('line', (line) => (requests += JSON.parse(line).weight ?? 0))
  .on('close', () => console.log(JSON.stringify({ all: { requests } })));`;

interface Measured {
  /** Of the CPU, in user and system mode. */
  readonly seconds: number;
  readonly mebibytes: number;
  readonly requests: number;
}

/** Runs a command to its end, and reads its peak memory while it runs. */
function measure(command: string, args: readonly string[]): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: 600_000 });
    let output = '';
    let peak = 0;
    let seconds = 0;
    const timer = setInterval(() => {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
        const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
        const [user, system] = stat
          .slice(stat.lastIndexOf(')') + 2)
          .split(' ')
          .slice(11, 13);
        seconds = Math.max(seconds, (Number(user) + Number(system)) / TICKS_PER_SECOND);
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
      } catch {
        // It has ended.
      }
    }, 20);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', reject).once('close', (code) => {
      clearInterval(timer);
      if (code !== 0) return reject(new Error(`${command} ended with ${code}`));
      const { all } = JSON.parse(output);
      resolve({
        seconds,
        mebibytes: peak / 1024,
        requests: all.requests,
      });
    });
  });
}

const folder = mkdtempSync(join(tmpdir(), 'archeio-bench-'));
try {
  const old = join(folder, 'old.yaml');
  const next = join(folder, 'new.yaml');
  const events = join(folder, 'events.ndjson');
  writeFileSync(old, SERVED);
  writeFileSync(next, CHANGED);
  const compare = ['compare', '--old', old, '--new', next, '--events', events, '--json'];
  console.log(`${cpus()[0]?.model} × ${cpus().length}, Node ${process.version}`);
  for (const count of [EVENTS / 10, EVENTS]) {
    await writeEvents(events, count);
    let requests = 0;
    for (const { weight } of generatedEvents(count)) requests += weight;
    for (const [name, command, args] of [
      ['JSON.parse of each line, node', 'node', ['-e', PARSE, '--', events]],
      ['archeio compare, node', 'node', [MAIN, ...compare]],
      ['archeio compare, bun', 'bun', [MAIN, ...compare]],
    ] as const) {
      const result = await measure(command, args);
      if (result.requests !== requests)
        throw new Error(`${name}: ${result.requests} requests, expected ${requests}`);
      const rate = Math.round(count / result.seconds).toLocaleString('en-US');
      console.log(
        `${name.padEnd(32)} ${count.toLocaleString('en-US').padStart(10)} events  ${result.seconds.toFixed(1).padStart(5)} s CPU  ${rate.padStart(9)} events/s  ${result.mebibytes.toFixed(0).padStart(4)} MiB`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
