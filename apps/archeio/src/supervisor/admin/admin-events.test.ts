import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RUNTIMES } from '../../../../../test/parts/archeio-process.ts';
import { spawnLimited } from '../../../../../test/parts/limited-child.ts';
import { ROOT } from '../../../../../tools/source-files.ts';

/** Milliseconds, for what takes much less. */
const LIMIT = { timeout: 30_000 };

const REQUEST = 'GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n';

/** Bytes of a status, so that a client that does not read soon has no room left. */
const LARGE = 1_000_000;

/** A server in a process, with a clock that runs twenty times as fast. */
async function startEvents(runtime: 'bun' | 'node', size = 100) {
  const runner = join(import.meta.dirname, 'testing/events-runner.ts');
  const child = spawnLimited(join(ROOT, 'node_modules/.bin', runtime), [runner, String(size)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const port = Number((await lines.next()).value);
  return {
    port,
    open: async (): Promise<number> => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/history`);
      return JSON.parse(await answer.text()).open;
    },
    /** Ends it. @returns how it ended and how many milliseconds it took */
    stop: async (): Promise<string> => {
      child.stdin.end();
      return (await lines.next()).value ?? '';
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** As a browser does, it keeps connections open. */
const KEEPING = new Agent({ keepAlive: true });

async function ask(port: number, method = 'GET'): Promise<IncomingMessage> {
  const request = get({ host: '127.0.0.1', port, path: '/api/events', method, agent: KEEPING });
  const [response]: IncomingMessage[] = await once(request, 'response');
  request.on('error', () => undefined);
  response.on('error', () => undefined);
  return response;
}

/** Counts the events of a stream, by name; comments are `heartbeat`. */
function countEvents(response: IncomingMessage): Map<string, number> {
  const counts = new Map<string, number>();
  createInterface({ input: response }).on('line', (line) => {
    const name = line === ':' ? 'heartbeat' : /^event: (\w+)$/.exec(line)?.[1];
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  });
  return counts;
}

/** Waits until something holds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 15_000;
  while (!(await holds())) {
    assert.ok(performance.now() < end, String(holds));
    await sleep(20);
  }
}

for (const runtime of RUNTIMES) {
  describe(`event streams: ${runtime}`, { concurrency: true }, () => {
    test(
      'a client that reads gets every event, longer than other answers may take',
      LIMIT,
      async () => {
        await using admin = await startEvents(runtime);
        const response = await ask(admin.port);
        assert.equal(response.statusCode, 200);
        assert.equal(response.headers['content-type'], 'text/event-stream');
        assert.equal(response.headers['cache-control'], 'no-store');
        const counts = countEvents(response);
        // 30 s of the server's clock are 1.5 s.
        await sleep(3000);
        assert.ok(!response.complete && !response.destroyed);
        await until(() => (counts.get('step') ?? 0) >= 3 && (counts.get('heartbeat') ?? 0) >= 2);
        assert.ok((counts.get('status') ?? 0) > 10);
        response.destroy();
        await until(async () => (await admin.open()) === 0);
      },
    );

    test('HEAD has no stream, POST is refused', LIMIT, async () => {
      await using admin = await startEvents(runtime);
      const head = await ask(admin.port, 'HEAD');
      assert.equal(head.headers['content-type'], 'text/event-stream');
      head.resume();
      await once(head, 'close');
      assert.equal((await ask(admin.port, 'POST')).statusCode, 405);
      assert.equal(await admin.open(), 0);
    });

    test(
      'of 101 streams, the last is refused until another has ended; all end with the server',
      LIMIT,
      async () => {
        await using admin = await startEvents(runtime);
        const streams: IncomingMessage[] = [];
        for (let number = 0; number < 100; number++) {
          const stream = await ask(admin.port);
          assert.equal(stream.statusCode, 200);
          streams.push(stream.resume());
        }
        const refused = await ask(admin.port);
        assert.equal(refused.statusCode, 503);
        const [body] = await once(refused, 'data');
        assert.deepEqual(JSON.parse(String(body)), {
          error: 'cannot open another event stream: 100 are open',
        });
        streams.shift()?.destroy();
        await until(async () => (await admin.open()) < 100);
        const another = await ask(admin.port);
        assert.equal(another.statusCode, 200);
        streams.push(another.resume());
        const ended = Promise.all(streams.map((stream) => once(stream, 'close')));
        const [how, milliseconds] = (await admin.stop()).split(' ');
        await ended;
        assert.equal(how, 'finished');
        assert.ok(Number(milliseconds) < 10_000, milliseconds);
      },
    );

    test(
      'a client that does not read is disconnected, and does not delay a stop',
      LIMIT,
      async () => {
        await using admin = await startEvents(runtime, LARGE);
        const slow = connect(admin.port, '127.0.0.1').pause();
        slow.on('error', () => undefined);
        slow.write(REQUEST);
        const counts = countEvents(await ask(admin.port));
        await until(async () => (await admin.open()) === 2);
        await until(async () => (await admin.open()) === 1);
        const before = counts.get('status') ?? 0;
        await until(() => (counts.get('status') ?? 0) > before);
        slow.destroy();
        // Another one still waits when the server stops.
        const last = connect(admin.port, '127.0.0.1').pause();
        last.on('error', () => undefined);
        last.write(REQUEST);
        await until(async () => (await admin.open()) === 2);
        const [, milliseconds] = (await admin.stop()).split(' ');
        assert.ok(Number(milliseconds) < 10_000, milliseconds);
        last.destroy();
      },
    );
  });
}
