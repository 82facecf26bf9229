import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type ArcheioProcess, RUNTIMES, startArcheio } from '../parts/archeio-process.ts';
import { logged, until } from '../parts/log-waits.ts';
import { withStore } from '../serving/configurations.ts';
import { askOnce } from './constant-load.ts';
import { startConfigurationServer } from './configuration-server.ts';

function textOf(number: number, processes: number): string {
  return JSON.stringify(
    withStore('https://store.example', {
      listen: { host: '127.0.0.1', processes },
      pages: { info: `https://info-${number}.example`, privacy: 'https://privacy.example' },
      ranges: { refreshEvery: 'never' },
    }),
  );
}

const infoOf = async ({ port }: ArcheioProcess): Promise<string | undefined> =>
  (await askOnce(port, '/')).location;

for (const runtime of RUNTIMES) {
  for (const processes of [1, 2]) {
    describe(`a configuration by URL: ${runtime}, ${processes} process(es)`, () => {
      test('is fetched conditionally and followed; a bad one is refused; the last good one stays in use while the URL is unreachable', async () => {
        const directory = mkdtempSync(join(tmpdir(), 'archeio-url-'));
        try {
          const server = await startConfigurationServer(textOf(1, processes));
          const environment = {
            ARCHEIO_CONFIG: server.url,
            ARCHEIO_CONFIG_DIRECTORY: directory,
            LOG_LEVEL: 'debug',
          };
          {
            await using archeio = await startArcheio(runtime, environment);
            assert.equal(await infoOf(archeio), 'https://info-1.example');
            const look = async (text: string): Promise<number> => {
              server.text = text;
              const from = archeio.log.length;
              const asked = server.statuses.length;
              archeio.signal('SIGHUP');
              await until('the server is asked', () => server.statuses.length > asked);
              return from;
            };
            // The first fetch of the running server has nothing to compare with; the second has.
            await look(server.text);
            await look(server.text);
            assert.deepEqual(server.statuses.slice(-1), [304]);

            await logged(archeio, 'configuration-loaded', await look(textOf(2, processes)));
            assert.equal(await infoOf(archeio), 'https://info-2.example');
            await logged(archeio, 'configuration-refused', await look('{"version": 1'));
            assert.equal(await infoOf(archeio), 'https://info-2.example');
            // The same bad content is not reported or sent again.
            await look(server.text);
            assert.deepEqual(server.statuses.slice(-1), [304]);

            await server[Symbol.asyncDispose]();
            const from = archeio.log.length;
            archeio.signal('SIGHUP');
            const { problems } = await logged(archeio, 'configuration-refused', from);
            assert.match(JSON.stringify(problems), /cannot fetch http:\/\/127\.0\.0\.1/);
            assert.equal(await infoOf(archeio), 'https://info-2.example');
          }
          await using restarted = await startArcheio(runtime, environment);
          assert.equal(await infoOf(restarted), 'https://info-2.example');
          const warning = restarted.log.find(({ event }) => event === 'configuration-warning');
          assert.match(JSON.stringify(warning), /using the last good configuration/);
        } finally {
          rmSync(directory, { recursive: true });
        }
      });
    });
  }
}
