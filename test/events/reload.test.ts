import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { until } from '../parts/log-waits.ts';
import { metrics, sumOf } from '../processes/several-processes.ts';
import { startUpstream, upstreamAt, withStore } from '../serving/configurations.ts';
import { load, longRequests } from './event-load.ts';

for (const runtime of RUNTIMES)
  test(`no event is lost while the file is renamed, changed and turned off: ${runtime}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'archeio-events-'));
    try {
      await using upstream = await startUpstream();
      const configuration = (to: string | undefined) => ({
        ...withStore(upstream.url),
        ...upstreamAt(upstream.url),
        listen: { host: '127.0.0.1', port: 0, processes: 2 },
        ...(to !== undefined && { events: { to, sample: 1, always: [] } }),
      });
      // Relative to the configuration file.
      await using archeio = await startWith(runtime, configuration(join(folder, 'a')));
      const loaded = () => archeio.log.filter(({ event }) => event === 'configuration-loaded');
      let asked = 0;
      const over = new AbortController();
      const constant = (async () => {
        while (!over.signal.aborted)
          asked += (await load(archeio.port, longRequests(50), 4)).length;
      })();
      const has = (name: string) =>
        existsSync(join(folder, name)) && statSync(join(folder, name)).size > 0;
      await until('events in the first file', () => has('a'));
      renameSync(join(folder, 'a'), join(folder, 'a.1'));
      archeio.signal('SIGHUP');
      await until('events in the file that is opened anew', () => has('a'));
      archeio.configure(configuration(join(folder, 'b')));
      archeio.signal('SIGHUP');
      await until('events in another file', () => has('b') && loaded().length === 1);
      over.abort();
      await constant;
      const written = async () => sumOf(await metrics(archeio), 'archeio_events_written_total');
      await until('all events are written', async () => (await written()) === asked);
      archeio.configure(configuration(undefined));
      archeio.signal('SIGHUP');
      await until('events are off', () => loaded().length === 2);
      await load(archeio.port, longRequests(20));
      archeio.signal('SIGTERM');
      await archeio.ended;
      const counts = ['a', 'a.1', 'b'].map((name) => {
        const lines = readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1);
        for (const line of lines) assert.equal(JSON.parse(line).event, 'decision');
        return lines.length;
      });
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        asked,
      );
      assert.ok(
        counts.every((count) => count > 0),
        counts.join(),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
