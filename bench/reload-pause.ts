/**
 * How long answers pause while a large configuration is reloaded: one connection sends requests without a break, the
 * file is replaced, and the longest answer is compared with the longest in an equally long time without a reload. On a
 * busy machine answers also wait for a processor: on Linux the output includes the longest time that the server's thread
 * worked during one answer.
 *
 * node bench/reload-pause.ts [hosts] [stores] [networks] [runtime...]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [hosts = 10_000, stores = 1000, networks = 100_000] = process.argv.slice(2, 5).map(Number);
const RUNTIMES = process.argv.length > 5 ? process.argv.slice(5) : ['node', 'bun'];
const LAUNCHER = join(import.meta.dirname, '../apps/archeio/bin/archeio');
/** Milliseconds for a start or a reload. */
const PATIENCE = 180_000;

function textOf(generation: number): string {
  const times = (count: number, line: (at: number) => string): string[] =>
    Array.from({ length: count }, (_, at) => line(at));
  return [
    `# ${generation}`,
    'version: 1',
    `listen: { host: 127.0.0.1, port: 0, admin: { host: 127.0.0.1, port: 0 } }`,
    "pages: { info: 'https://example.com/i', privacy: 'https://example.com/p' }",
    'registries:',
    ...times(
      hosts,
      (at) =>
        `  - { name: r${at}, hosts: ['h${at}.example'], upstreams: [{ name: u${at}, url: 'https://u${at}.upstream.example' }] }`,
    ),
    'stores:',
    ...times(
      stores,
      (at) =>
        `  - { name: s${at}, url: 'https://s${at}.store.example', key: '{digest}', near: [{ cloud: n${at} }] }`,
    ),
    'networks:',
    ...times(
      networks,
      (at) => `  n${at}: ['${10 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}.0/24']`,
    ),
  ].join('\n');
}

/** Milliseconds of one answer. */
function answer(agent: Agent, port: number): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const request = get({ agent, host: '127.0.0.1', port, path: '/v2/' }, (response) => {
      response.resume().once('end', () => resolve(performance.now() - began));
    });
    request.once('error', reject);
  });
}

/** Milliseconds that the thread of the event loop has worked since its start; NaN if the system does not report it. */
function worked(pid: number | undefined): number {
  const file = `/proc/${pid}/task/${pid}/schedstat`;
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6 : Number.NaN;
}

/** The longest answer until `end` resolves, and the longest work during one, in milliseconds. */
async function longest(
  { pid }: ChildProcess,
  port: number,
  end: Promise<unknown>,
): Promise<string> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const over = new AbortController();
  void end.then(() => over.abort());
  let most = 0;
  let work = 0;
  for (let before = worked(pid), now; !over.signal.aborted; before = now) {
    most = Math.max(most, await answer(agent, port));
    now = worked(pid);
    work = Math.max(work, now - before);
  }
  agent.destroy();
  return `${most.toFixed(0)} ms, longest work ${work.toFixed(0)} ms`;
}

/** Resolves with the fields of the first line with this event. */
function event(server: ChildProcess, name: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    if (server.stdout === null) return;
    const lines = createInterface({ input: server.stdout });
    const timer = setTimeout(() => reject(new Error(`no ${name} in ${PATIENCE} ms`)), PATIENCE);
    lines.on('line', (line) => {
      const fields: Record<string, unknown> = JSON.parse(line);
      if (fields['event'] === 'configuration-refused') reject(new Error(line.slice(0, 500)));
      if (fields['event'] !== name) return;
      clearTimeout(timer);
      lines.close();
      resolve(fields);
    });
  });
}

const folder = mkdtempSync(join(tmpdir(), 'archeio-reload-pause-'));
const file = join(folder, 'archeio.yaml');
console.log(`${hosts} hosts, ${stores} stores, ${networks} networks`);
for (const runtime of RUNTIMES) {
  writeFileSync(file, textOf(1));
  const server = spawn(LAUNCHER, ['serve', '--runtime', runtime, '--config', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const began = performance.now();
    const port = Number((await event(server, 'started'))['port']);
    const start = performance.now() - began;
    const reloading = performance.now();
    const loaded = event(server, 'configuration-loaded');
    writeFileSync(`${file}.new`, textOf(2));
    renameSync(`${file}.new`, file);
    server.kill('SIGHUP');
    const pause = await longest(server, port, loaded);
    const took = performance.now() - reloading;
    const idle = await longest(server, port, new Promise((resolve) => setTimeout(resolve, took)));
    console.log(
      `${runtime}: start ${start.toFixed(0)} ms, reload ${took.toFixed(0)} ms, longest answer ${pause} (without a reload ${idle})`,
    );
  } finally {
    server.kill('SIGKILL');
  }
}
rmSync(folder, { recursive: true });
