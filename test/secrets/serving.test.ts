import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MALFORMED, malformedServers, SECRET } from '../parts/malformed-answers.ts';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { ROOT } from '../../tools/source-files.ts';
import { isClean } from './is-clean.ts';
import { spawnLimited } from '../parts/limited-child.ts';

/** Time limit of each wait, in milliseconds. */
const PATIENCE = 30_000;

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${PATIENCE / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Answers with the first of these, then with the others in turn, a connection each. */
async function answering(bodies: readonly Buffer[]) {
  let asked = 0;
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(bodies[Math.min(asked++, bodies.length - 1)]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`,
    get asked() {
      return asked;
    },
    close: () => server.close(),
  };
}

for (const runtime of RUNTIMES)
  test(`a server on ${runtime} shows no secret in its log, status, explanations and metrics`, async () => {
    await using servers = await malformedServers();
    const folder = mkdtempSync(join(tmpdir(), 'archeio-secrets-'));
    const [first = ''] = servers.origins.values();
    const configuration = JSON.stringify({
      version: 1,
      listen: { admin: { port: 0 } },
      pages: { info: 'https://example.com', privacy: 'https://example.com' },
      ranges: { refreshEvery: 'never', directory: folder },
      events: { sample: 1, client: 'full' },
      registries: [...servers.origins.values()].map((url, index) => ({
        name: `r${index}`,
        prefix: `r${index}/`,
        upstreams: [{ name: `u${index}`, url }],
        repositories: { from: 'catalog' },
      })),
      // Each inventory request has a signature in its query.
      stores: [...servers.origins.values()].map((url, index) => ({
        name: `s${index}`,
        url,
        key: '{digest}',
        default: true,
        public: true,
        presign: { region: 'eu-west-1' },
        inventory: { url: `${url}/inventory` },
      })),
    });
    const ways = Object.values(MALFORMED);
    const good = Buffer.from(
      `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(configuration)}\r\nConnection: close\r\n\r\n${configuration}`,
    );
    const source = await answering([good, ...ways]);
    const url = `${source.origin}/c.json?X-Amz-Signature=${SECRET}&X-Amz-Security-Token=${SECRET}`;
    const child = spawnLimited(
      join(ROOT, 'node_modules/.bin', runtime),
      [join(ROOT, 'apps/archeio/src/main.mjs'), 'serve', '--port', '0', '--config', url],
      {
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          LOG_LEVEL: 'debug',
          ARCHEIO_CONFIG_DIRECTORY: join(folder, 'kept'),
          AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
          AWS_SECRET_ACCESS_KEY: SECRET,
          AWS_SESSION_TOKEN: SECRET,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    const ended = new Promise((resolve) => child.once('close', resolve));
    try {
      await until('started', () => output.includes('"event":"started"'));
      const line = output.split('\n').find((each) => each.includes('"event":"started"')) ?? '';
      const started: Record<string, unknown> = JSON.parse(line);
      const asked: string[] = [];
      const ask = async (
        origin: string,
        path: string,
        headers: Record<string, string> = {},
      ): Promise<void> => {
        const response = await fetch(`${origin}${path}`, {
          headers,
          redirect: 'manual',
          signal: AbortSignal.timeout(PATIENCE),
        });
        asked.push(await response.text());
      };
      const admin = `http://127.0.0.1:${String(started['adminPort'])}`;
      for (let way = 1; way <= ways.length; way++) {
        child.kill('SIGHUP');
        await until(`request ${way + 1} for the configuration`, () => source.asked > way);
        await ask(admin, '/api/status');
      }
      const count = (event: string): number => output.split(`"event":"${event}"`).length - 1;
      await until('inventories', () => count('inventory-not-loaded') >= ways.length);
      await until(
        'lists of repositories',
        () => count('repositories-not-listed') >= ways.length - 1,
      );
      assert.ok(count('configuration-refused') > 10, `${count('configuration-refused')} refused`);
      const path = `/v2/r0/a/blobs/sha256:${'0'.repeat(64)}`;
      await ask(admin, `/api/explain?path=${path}&ip=192.0.2.1`);
      await ask(admin, `/api/explain?path=/v2/r0/a/tags/list%3Ftoken=${SECRET}&ip=192.0.2.1`);
      await ask(admin, `/api/nothing/${encodeURIComponent(`${first}?sig=${SECRET}`)}?${SECRET}`);
      await ask(admin, '/api/configuration');
      await ask(admin, '/api/flows');
      await ask(admin, '/metrics');
      const front = `http://127.0.0.1:${String(started['port'])}`;
      for (const each of [`${path}?X-Amz-Signature=${SECRET}`, `/${SECRET}`, '/v2/'])
        await ask(front, each, {
          Authorization: `Bearer ${SECRET}`,
          Cookie: `session=${SECRET}`,
          'User-Agent': `x (https://user:${SECRET}@host.example/?sig=${SECRET})`,
          'X-Request-ID': `"${SECRET}"`,
        });
      await until('events', () => count('decision') >= 3);
      await ask(admin, '/');
      child.kill('SIGTERM');
      child.kill('SIGTERM');
      await ended;
      isClean(output);
      isClean(asked.join('\n'));
    } finally {
      child.kill('SIGKILL');
      await ended;
      source.close();
      rmSync(folder, { recursive: true });
    }
  });
