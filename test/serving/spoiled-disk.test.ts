import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CLOUDS } from '../../packages/clouds/src/providers.ts';
import { FakeProviders } from '../../apps/archeio/src/supervisor/ranges/testing/fake-providers.ts';
import { OTHER_LISTS } from '../../apps/archeio/src/supervisor/ranges/testing/published-lists.ts';
import { RUNTIMES, startArcheio, startWith } from '../parts/archeio-process.ts';
import { run } from '../parts/command.ts';
import { logged, until } from '../parts/log-waits.ts';
import { mountSmallDisk, noSmallDisks } from '../parts/small-disk.ts';
import { startConfigurationServer } from '../reload/configuration-server.ts';
import { askOnce } from '../reload/constant-load.ts';
import { ROOT } from '../../tools/source-files.ts';
import { withStore } from './configurations.ts';

const LAUNCHER = join(ROOT, 'apps/archeio/bin/archeio');

const AWS = JSON.stringify({
  syncToken: '1',
  createDate: '2026-11-01-08-27-05',
  prefixes: [{ ip_prefix: '1.178.1.0/24', region: 'us-west-2' }],
  ipv6_prefixes: [],
});

/** Concurrent, because the first refresh comes after ten seconds. */
describe(
  'a disk that cannot be written to',
  { skip: noSmallDisks(), concurrency: true, timeout: 120_000 },
  () => {
    for (const runtime of RUNTIMES)
      for (const trouble of ['full', 'read-only'] as const) {
        test(`the ranges directory, ${trouble}: new lists are used but not kept until it is writable: ${runtime}`, async () => {
          using disk = mountSmallDisk(trouble);
          await using providers = await FakeProviders.start();
          for (const [path, body] of Object.entries(OTHER_LISTS))
            providers.files.set(path, { body });
          providers.files.set('/AWS', { body: AWS });
          const sources = Object.fromEntries(
            CLOUDS.map((cloud) => [cloud, `${providers.origin}/${cloud}`]),
          );
          disk.spoil();
          const before = readdirSync(disk.path);
          await using archeio = await startWith(
            runtime,
            withStore('https://store.example', {
              ranges: {
                refreshEvery: '1h',
                clouds: 'all',
                directory: disk.path,
                atMostLost: 1,
                sources,
              },
            }),
          );
          const { error } = await logged(archeio, 'ranges-directory-unwritable');
          assert.match(String(error), trouble === 'full' ? /ENOSPC/ : /EROFS/);
          const used = async (): Promise<boolean> => {
            const answer = await fetch(`http://127.0.0.1:${archeio.adminPort}/api/status`);
            const { ranges } = (await answer.json()) as {
              readonly ranges: readonly { readonly cloud: string; readonly date: string }[];
            };
            return ranges.some(
              ({ cloud, date }) => cloud === 'AWS' && date.startsWith('2026-11-01'),
            );
          };
          await until('the new list is used', used);
          const unchanged = (): boolean => readdirSync(disk.path).join() === before.join();
          await until('nothing is left behind', unchanged);
          const update = () =>
            run(LAUNCHER, [
              'ranges',
              'update',
              '--only',
              'AWS',
              '--config',
              archeio.file,
              '--runtime',
              runtime,
            ]);
          const refused = await update();
          assert.equal(refused.code, 1);
          assert.match(refused.stderr, trouble === 'full' ? /ENOSPC/ : /EROFS/);
          assert.doesNotMatch(refused.stderr, /\n +at /);
          await until('nothing is left behind by the command', unchanged);
          disk.mend();
          const { code, stderr } = await update();
          assert.deepEqual([code, stderr], [0, '']);
          assert.ok(readdirSync(disk.path).includes('AWS.ranges'));
        });

        test(`the directory of configurations, ${trouble}: a new one is served but not kept: ${runtime}`, async () => {
          using disk = mountSmallDisk(trouble);
          const textOf = (number: number): string =>
            JSON.stringify(
              withStore('https://store.example', {
                pages: { info: `https://info-${number}.example`, privacy: 'https://p.example' },
                ranges: { refreshEvery: 'never' },
              }),
            );
          await using server = await startConfigurationServer(textOf(1));
          const environment = {
            ARCHEIO_CONFIG: server.url,
            ARCHEIO_CONFIG_DIRECTORY: disk.path,
          };
          disk.spoil();
          const before = readdirSync(disk.path);
          {
            await using archeio = await startArcheio(runtime, environment);
            server.text = textOf(2);
            archeio.signal('SIGHUP');
            const { error } = await logged(archeio, 'configuration-not-kept');
            assert.match(String(error), trouble === 'full' ? /ENOSPC/ : /EROFS/);
            assert.equal((await askOnce(archeio.port, '/')).location, 'https://info-2.example');
            assert.deepEqual(readdirSync(disk.path), before);
            disk.mend();
            server.text = textOf(3);
            archeio.signal('SIGHUP');
            await until('it is kept', () =>
              readdirSync(disk.path).some((name) => name.endsWith('json')),
            );
          }
          await server[Symbol.asyncDispose]();
          await using restarted = await startArcheio(runtime, environment);
          assert.equal((await askOnce(restarted.port, '/')).location, 'https://info-3.example');
        });
      }
  },
);
