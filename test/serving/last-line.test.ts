import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';

for (const runtime of RUNTIMES)
  test(`stopped is the last line of the log, whatever is in progress, and a cancelled request is not a warning: ${runtime}`, async () => {
    // Every server that is asked here hangs.
    const asked = new Set<unknown>();
    const silent = createServer((request) => void asked.add(request)).unref();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
    const directory = mkdtempSync(join(tmpdir(), 'archeio-last-'));
    try {
      await using archeio = await startWith(runtime, {
        version: 1,
        listen: { host: '127.0.0.1', port: 0 },
        pages: { info: 'https://example.com', privacy: 'https://example.com' },
        registries: [
          {
            name: 'r',
            upstreams: [{ name: 'u', url }],
            repositories: { from: 'catalog', refreshEvery: '10m' },
          },
        ],
        stores: [
          {
            name: 's',
            url,
            key: '{digest}',
            near: [{ cloud: 'AWS' }],
            inventory: { url: `${url}/inventory` },
          },
        ],
        // The first refresh comes as soon as possible.
        ranges: { refreshEvery: '1s', directory, sources: { AWS: `${url}/aws` } },
        stop: { delay: '0ms', timeout: '1s' },
      });
      const started = archeio.log.find(({ event }) => event === 'started');
      const ranges = JSON.stringify(started?.['ranges']);
      assert.match(
        ranges,
        /^\{"AWS":\{"from":"shipped","date":"[\d-]+T[\d:.]+Z","asOf":"[^"]+Z","ageDays":\d+\}\}$/,
      );
      for (let wait = 0; asked.size < 3; wait++) {
        assert.ok(wait < 1500, `${asked.size} requests`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      archeio.signal('SIGTERM');
      await archeio.ended;
      const events = archeio.log.map(({ event }) => event);
      assert.equal(events.at(-1), 'stopped');
      const after = archeio.log.slice(events.indexOf('stopping'));
      assert.deepEqual(
        after.filter(({ level }) => level === 'warn').map(({ event }) => event),
        [],
      );
    } finally {
      silent.closeAllConnections();
      silent.close();
      rmSync(directory, { recursive: true });
    }
  });
