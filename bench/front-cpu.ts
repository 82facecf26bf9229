import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectSecure } from 'node:tls';
import { TestAuthority } from '../test/parts/certificate.ts';

/**
 * What TLS and PROXY headers cost: CPU of a request on a kept connection, CPU of a connection with one request, and
 * memory of an idle connection, each against a plain port of the same runtime. `node bench/front-cpu.ts [ROUNDS]`; Linux only.
 */
const ROOT = join(import.meta.dirname, '..');
const ROUNDS = Number(process.argv[2] ?? 7);
const CONNECTIONS = 16;
const IDLE = 5000;
/** Unit of times in /proc/PID/stat (man 5 proc_pid_stat). */
const MICROSECONDS_PER_TICK = 10_000;

const HEADER = 'PROXY TCP4 35.180.1.1 192.0.2.1 4711 443\r\n';
const REQUEST = `GET /v2/pause/manifests/3.9 HTTP/1.1\r\nHost: registry.example\r\nUser-Agent: containerd/2.0\r\nAccept: */*\r\n\r\n`;

interface Way {
  readonly name: string;
  readonly tls: boolean;
  readonly proxy: boolean;
}

const WAYS: readonly Way[] = [
  { name: 'plain', tls: false, proxy: false },
  { name: 'PROXY header', tls: false, proxy: true },
  { name: 'TLS', tls: true, proxy: false },
  { name: 'TLS, PROXY header', tls: true, proxy: true },
];

interface Server {
  readonly way: Way;
  readonly child: ChildProcess;
  readonly port: number;
  readonly kept: number[];
  readonly fresh: number[];
  /** KiB of an idle connection. */
  idle: number;
}

using authority = new TestAuthority();
const folder = mkdtempSync(join(tmpdir(), 'front-cpu-'));
const { chain, key } = authority.issue();
writeFileSync(join(folder, 'c.pem'), chain);
writeFileSync(join(folder, 'k.pem'), key);

function start(runtime: string, way: Way): Promise<Server> {
  const file = join(folder, `${way.name.replaceAll(/\W/g, '-')}.json`);
  const configuration = {
    version: 1,
    listen: { host: '127.0.0.1', port: 0, admin: { port: 0 } },
    ...(way.tls && { tls: { certificate: 'c.pem', key: 'k.pem' } }),
    ...(way.proxy && {
      clientAddress: { topology: 'proxy-protocol', prefixes: ['127.0.0.0/8'] },
    }),
    pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
    registries: [{ name: 'r', upstreams: [{ name: 'u', url: 'https://upstream.example' }] }],
    ranges: { refreshEvery: 'never' },
    stop: { delay: '0ms' },
  };
  writeFileSync(file, JSON.stringify(configuration));
  const args = ['serve', '--runtime', runtime, '--config', file];
  const child = spawn(join(ROOT, 'apps/archeio/bin/archeio'), args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('archeio ended')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { event, port } = JSON.parse(line);
      if (event === 'started') resolve({ way, child, port, kept: [], fresh: [], idle: 0 });
    });
  });
}

/** User and system time of a process, in microseconds. */
function cpuOf({ child }: Server): number {
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_PER_TICK;
}

/** KiB. */
function memoryOf({ child }: Server): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
}

function open({ way, port }: Server): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectPlain(port, '127.0.0.1');
    if (way.proxy) socket.write(HEADER);
    if (!way.tls) socket.once('connect', () => resolve(socket));
    const secured = way.tls ? connectSecure({ socket, rejectUnauthorized: false }) : socket;
    if (way.tls) secured.once('secureConnect', () => resolve(secured));
    secured.once('error', reject);
  });
}

/** Microseconds of the server for each request of clients that send the next after each answer. */
async function load(server: Server, seconds: number, keeps: boolean): Promise<number> {
  let requests = 0;
  const stopped = new AbortController();
  const client = async (): Promise<void> => {
    let socket = await open(server);
    while (!stopped.signal.aborted) {
      socket.write(REQUEST);
      await new Promise((resolve) => socket.once('data', resolve));
      requests++;
      if (keeps) continue;
      socket.destroy();
      socket = await open(server);
    }
    socket.destroy();
  };
  const before = cpuOf(server);
  const clients = Array.from({ length: CONNECTIONS }, client);
  await sleep(seconds * 1000);
  stopped.abort();
  await Promise.all(clients);
  return (cpuOf(server) - before) / requests;
}

/** KiB of a connection that has served one request. */
async function idleMemory(server: Server): Promise<number> {
  const used = async (): Promise<Socket> => {
    const socket = await open(server);
    socket.write(REQUEST);
    await new Promise((resolve) => socket.once('data', resolve));
    return socket;
  };
  for (let at = 0; at < 50; at++) (await used()).destroy();
  await sleep(1000);
  const before = memoryOf(server);
  const idle: Socket[] = [];
  for (let at = 0; at < IDLE; at++) idle.push(await used());
  await sleep(2000);
  const memory = (memoryOf(server) - before) / IDLE;
  for (const socket of idle) socket.destroy();
  return memory;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

console.log(`${cpus()[0].model}, ${ROUNDS} rounds, ${CONNECTIONS} connections, EC key P-256`);
try {
  for (const runtime of ['bun', 'node']) {
    const servers = await Promise.all(WAYS.map((way) => start(runtime, way)));
    for (const server of servers) {
      // First, before garbage of the loads hides it.
      server.idle = await idleMemory(server);
      await load(server, 2, true);
    }
    for (let round = 0; round < ROUNDS; round++)
      for (const server of servers) {
        server.kept.push(await load(server, 1, true));
        server.fresh.push(await load(server, 1, false));
      }
    const [plain] = servers;
    for (const server of servers) {
      const [kept, fresh] = [median(server.kept), median(server.fresh)];
      console.log(
        [
          `${runtime}, ${server.way.name}:`.padEnd(28),
          `request ${kept.toFixed(1)} µs (${(kept / median(plain.kept)).toFixed(2)} ×),`,
          `connection with one request ${fresh.toFixed(0)} µs (${(fresh / median(plain.fresh)).toFixed(2)} ×),`,
          `idle connection ${server.idle.toFixed(0)} KiB`,
        ].join(' '),
      );
    }
    for (const { child } of servers) child.removeAllListeners('exit').kill('SIGKILL');
  }
} finally {
  rmSync(folder, { recursive: true });
}
