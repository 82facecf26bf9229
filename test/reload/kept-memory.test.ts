import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ConfiguredProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { logged } from '../parts/log-waits.ts';
import { startStore } from '../parts/store-server.ts';
import { digest, pull, withStore } from '../serving/configurations.ts';
import { adminMetric, adminStatus } from './admin-questions.ts';

const UPSTREAM = `https://upstream.example/v2/images/pause/blobs/${digest(1)}`;

/** The log line about the new content. */
function afterwards(
  archeio: ConfiguredProcess,
  content: Parameters<ConfiguredProcess['configure']>[0],
  event = 'configuration-loaded',
): ReturnType<typeof logged> {
  const from = archeio.log.length;
  archeio.configure(content);
  archeio.signal('SIGHUP');
  return logged(archeio, event, from);
}

for (const runtime of RUNTIMES) {
  for (const processes of [1, 2]) {
    const listen = { host: '127.0.0.1', port: 0, processes };
    const start = (url: string): Promise<ConfiguredProcess> =>
      startWith(runtime, withStore(url, { listen }));

    describe(`what survives a reload: ${runtime}, ${processes} process(es)`, () => {
      test('a known blob costs no HEAD after a reload; a store with another URL starts unknown; a disabled one is out at once', async () => {
        await using store = await startStore();
        await using other = await startStore();
        for (const each of [store, other]) each.put(digest(1), Buffer.from('blob'));
        await using archeio = await start(store.url);
        // With several processes the first one that learns it tells the others.
        const locations = async (): Promise<Set<string | null>> => {
          const pulls = [];
          for (let each = 0; each < 8; each++) pulls.push(await pull(archeio.port, 1));
          return new Set(pulls.map(({ location }) => location));
        };
        await locations();
        const heads = store.accesses.length;
        assert.ok(heads >= 1 && heads <= processes, String(heads));

        const pages = { info: 'https://other.example', privacy: 'https://privacy.example' };
        await afterwards(archeio, withStore(store.url, { listen, pages }));
        assert.deepEqual(await locations(), new Set([`${store.url}/${digest(1)}`]));
        assert.equal(store.accesses.length, heads);

        await afterwards(archeio, withStore(other.url, { listen }));
        assert.deepEqual(await locations(), new Set([`${other.url}/${digest(1)}`]));
        assert.ok(other.accesses.length >= 1 && other.accesses.length <= processes);

        // What was known of the first store is still known.
        await afterwards(archeio, withStore(store.url, { listen }));
        assert.deepEqual(await locations(), new Set([`${store.url}/${digest(1)}`]));
        assert.equal(store.accesses.length, heads);

        const [only] = withStore(store.url).stores ?? [];
        await afterwards(
          archeio,
          withStore(store.url, { listen, stores: [{ ...only, enabled: false }] }),
        );
        assert.deepEqual(await locations(), new Set([UPSTREAM]));
      });

      test('a bad file is refused: the log, /api/status and a metric report it until a good one; listen needs a restart', async () => {
        await using store = await startStore();
        await using archeio = await start(store.url);
        const reloaded = (): Promise<number> =>
          adminMetric(archeio, 'archeio_config_last_reload_successful');
        assert.equal(await reloaded(), 1);
        const bad = 'version: 1\nshops: []\npages:\n  info: nowhere\n';
        const { problems } = await afterwards(archeio, bad, 'configuration-refused');
        assert.equal(await reloaded(), 0);
        const { configuration } = await adminStatus(archeio);
        assert.equal(configuration.generation, 1);
        assert.deepEqual(configuration.lastReload?.problems, problems);
        assert.equal(configuration.lastReload?.successful, false);
        const said = configuration.lastReload?.problems.join('\n') ?? '';
        assert.match(said, /:2:\d+: .*shops/);
        assert.match(said, /:4:\d+: .*nowhere/);

        const from = archeio.log.length;
        const moved = { ...listen, port: 1 };
        const { generation } = await afterwards(archeio, withStore(store.url, { listen: moved }));
        assert.equal(generation, 2);
        assert.deepEqual((await logged(archeio, 'restart-needed', from))['keys'], ['listen']);
        assert.equal(await reloaded(), 1);
        assert.deepEqual((await adminStatus(archeio)).configuration.lastReload?.problems, []);
        assert.equal((await pull(archeio.port, 1)).location, UPSTREAM);
      });
    });
  }
}
