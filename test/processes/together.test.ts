import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { missing } from '../parts/command.ts';
import { freePort } from '../parts/ports.ts';
import { startStore } from '../parts/store-server.ts';
import { digest } from '../serving/configurations.ts';
import { launch } from './launched.ts';
import {
  askFresh,
  logged,
  metrics,
  pidsOf,
  status,
  sumOf,
  twoProcesses,
  until,
} from './several-processes.ts';

const NOWHERE = 'http://127.0.0.1:9';
const BLOB = (number: number): string => `/v2/pause/blobs/${digest(number)}`;

const leadingTo = (info: string): ConfigurationSource =>
  twoProcesses(NOWHERE, { pages: { info, privacy: 'https://privacy.example' } });

/** A store whose redirects need signatures, with credentials that no process has: each logs that. */
const unsigned = (more: Partial<ConfigurationSource> = {}): ConfigurationSource =>
  twoProcesses(NOWHERE, {
    stores: [
      {
        name: 'private',
        url: 'https://bucket.s3.eu-west-3.amazonaws.com',
        key: '{digest}',
        default: true,
        presign: { region: 'eu-west-3' },
        public: true,
      },
    ],
    ...more,
  });

/** The machine provides no credentials; the home directory of each process is empty. */
const NO_CREDENTIALS = { AWS_EC2_METADATA_DISABLED: 'true' };

for (const runtime of RUNTIMES) {
  describe(`several processes share what they know: ${runtime}`, () => {
    test('what one learns about a blob, the other answers from memory: one HEAD for all requests', async () => {
      await using store = await startStore();
      store.put(digest(1), Buffer.from('blob'));
      await using archeio = await startWith(runtime, twoProcesses(store.url));
      for (const [number, location] of [
        [1, `${store.url}/${digest(1)}`],
        [2, `https://upstream.example/v2/images/pause/blobs/${digest(2)}`],
      ] as const) {
        assert.equal((await askFresh(archeio.port, BLOB(number))).location, location);
        await until(
          'both remember it',
          async () => sumOf(await metrics(archeio), 'archeio_presence_entries') === 2 * number,
        );
        for (let at = 0; at < 40; at++)
          assert.equal((await askFresh(archeio.port, BLOB(number))).location, location);
      }
      for (const { requests } of (await status(archeio)).processes) assert.ok(requests > 1);
      assert.deepEqual(
        store.accesses.filter(({ method }) => method === 'HEAD').map(({ path }) => path),
        [`/${digest(1)}`, `/${digest(2)}`],
      );
    });

    test('a store that fails for one is down for both, and neither asks it', async () => {
      await using store = await startStore();
      store.behave((_request, response) => void response.writeHead(503).end());
      await using archeio = await startWith(
        runtime,
        twoProcesses(store.url, { health: { every: '1h' } }),
      );
      let number = 0;
      await until('the breaker', async () => {
        await askFresh(archeio.port, BLOB(number++));
        return logged(archeio, 'backend-down').length > 0;
      });
      await until(
        'it is said',
        async () =>
          (await status(archeio)).backends.find(({ name }) => name === 'store')?.state === 'down',
      );
      // Pending checks may still arrive; after an answer from both there are none.
      await until('both know', async () => {
        const asked = store.accesses.length;
        for (let at = 0; at < 30; at++) await askFresh(archeio.port, BLOB(number++));
        return store.accesses.length === asked;
      });
      assert.equal(logged(archeio, 'backend-down').length, 1);
    });

    test('all follow a reload together: once it is logged, no new connection gets the old answer', async () => {
      await using archeio = await startWith(runtime, leadingTo('https://page-0.example'));
      for (let round = 1; round <= 5; round++) {
        const page = `https://page-${round}.example`;
        archeio.configure(leadingTo(page));
        archeio.signal('SIGHUP');
        await until('the reload', () => logged(archeio, 'configuration-loaded').length === round);
        for (let at = 0; at < 30; at++)
          assert.equal((await askFresh(archeio.port, '/')).location, page);
      }
      archeio.configure('version: 2');
      archeio.signal('SIGHUP');
      await until('the refusal', () => logged(archeio, 'configuration-refused').length === 1);
      for (let at = 0; at < 30; at++)
        assert.equal((await askFresh(archeio.port, '/')).location, 'https://page-5.example');
      assert.equal(logged(archeio, 'worker-ended').length, 0);
    });

    test('the admin listener adds up both, and explains as they decide', async () => {
      await using archeio = await startWith(runtime, twoProcesses(NOWHERE));
      for (let at = 0; at < 50; at++) await askFresh(archeio.port, '/v2/pause/manifests/3.9');
      const { processes } = await status(archeio);
      assert.equal(processes.length, 2);
      for (const { requests } of processes) assert.ok(requests > 0);
      const text = await metrics(archeio);
      assert.equal(sumOf(text, 'archeio_decisions_total'), 50);
      if (missing('promtool').length === 0) {
        const { status: code, stderr } = spawnSync('promtool', ['check', 'metrics'], {
          input: text,
          timeout: 60_000,
          encoding: 'utf8',
        });
        assert.deepEqual([code, stderr], [0, '']);
      }
      const { decision } = (await (
        await fetch(
          `http://127.0.0.1:${archeio.adminPort}/api/explain?path=/v2/pause/manifests/3.9&ip=203.0.113.7`,
        )
      ).json()) as { readonly decision: Readonly<Record<string, unknown>> };
      const answer = await askFresh(archeio.port, '/v2/pause/manifests/3.9');
      assert.equal(decision['location'], answer.location);
      assert.match(
        text,
        new RegExp(`archeio_decisions_total\\{rule="${String(decision['rule'])}"`),
      );
    });

    test('workers use the log level of the supervisor', async () => {
      for (const [level, lines] of [
        // The supervisor logs it once for all, and each worker at a more detailed level.
        ['DEBUG', 3],
        ['WARN', 1],
        ['error', 0],
      ] as const) {
        const port = await freePort();
        const listen = { host: '127.0.0.1', port, processes: 2, admin: { port: 0 } };
        await using archeio = launch(runtime, unsigned({ listen }), {
          ...NO_CREDENTIALS,
          LOG_LEVEL: level,
        });
        await until('it serves', () =>
          askFresh(port, '/readyz').then(
            (answer) => answer.status === 200,
            () => false,
          ),
        );
        const said = (): number => archeio.stdout.split('"credentials-missing"').length - 1;
        await until('what each process says', () => said() >= lines);
        assert.equal(said(), lines, archeio.stdout);
      }
    });

    test('a log that is not read stops neither the supervisor nor a worker', async () => {
      const port = await freePort();
      const listen = { host: '127.0.0.1', port, processes: 2, admin: { port: 0 } };
      await using archeio = launch(runtime, twoProcesses(NOWHERE, { listen }), NO_CREDENTIALS);
      const adminPort = await until(
        'the start',
        () => /"adminPort":(\d+)/.exec(archeio.stdout)?.[1],
      );
      const admin = { adminPort: Number(adminPort) };
      const pids = await pidsOf(admin);
      archeio.stopReading();
      archeio.configure(unsigned({ listen }));
      process.kill(archeio.pid, 'SIGHUP');
      await until('the reload', async () =>
        (await status(admin)).backends.some(({ name }) => name === 'private'),
      );
      for (let at = 0; at < 30; at++) assert.equal((await askFresh(port, '/v2/')).status, 200);
      assert.deepEqual(await pidsOf(admin), pids);
      process.kill(archeio.pid, 'SIGTERM');
      assert.equal((await archeio.ended).code, 0);
    });
  });
}
