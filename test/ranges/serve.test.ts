import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { spawnLimited } from '../parts/limited-child.ts';
import { CLOUDS } from '../../packages/clouds/src/providers.ts';
import { FakeProviders } from '../../apps/archeio/src/supervisor/ranges/testing/fake-providers.ts';
import { OTHER_LISTS } from '../../apps/archeio/src/supervisor/ranges/testing/published-lists.ts';
import { type ConfiguredProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { until } from '../parts/log-waits.ts';
import { digest, withStore } from '../serving/configurations.ts';
import { ROOT } from '../../tools/source-files.ts';

const STORES = ['eu-west-2', 'us-west-2'].map((region) => ({
  name: region,
  url: `https://${region}.example`,
  key: '{digest}',
  near: [{ cloud: 'AWS', regions: [region] }],
  check: 'none' as const,
}));

/** Two editions newer than the shipped one, with addresses that really moved from July 2025 to July 2026. */
function aws(day: string, places: Readonly<Record<string, string>>): string {
  return JSON.stringify({
    syncToken: '1',
    createDate: `${day}-08-27-05`,
    prefixes: Object.entries(places).map(([ip_prefix, region]) => ({ ip_prefix, region })),
    ipv6_prefixes: [],
  });
}
const BEFORE = aws('2026-10-01', { '35.96.24.0/24': 'eu-west-2', '35.180.0.0/16': 'eu-west-2' });
const AFTER = aws('2026-11-01', { '1.178.1.0/24': 'us-west-2', '35.180.0.0/16': 'eu-west-2' });
const MOVED = [
  ['1.178.1.0', 'store', 'us-west-2'],
  ['35.96.24.0', 'eu-west-2', 'store'],
  ['35.180.1.1', 'eu-west-2', 'eu-west-2'],
] as const;

/** The store that a client at this address is sent to. */
async function storeFor(port: number, address: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/v2/pause/blobs/${digest(1)}`, {
    redirect: 'manual',
    headers: { 'X-Client': address, Connection: 'close' },
  });
  return /^https:\/\/([^.]+)/.exec(answer.headers.get('location') ?? '')?.[1] ?? 'none';
}

async function updateRanges({ file }: ConfiguredProcess): Promise<void> {
  const launcher = join(ROOT, 'apps/archeio/bin/archeio');
  const child = spawnLimited(launcher, ['ranges', 'update', '--config', file, '--only', 'AWS'], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  assert.deepEqual(await once(child, 'exit'), [0, null]);
}

for (const runtime of RUNTIMES) {
  for (const processes of [1, 2]) {
    describe(`new ranges, ${runtime}, ${processes} process(es)`, () => {
      test('SIGHUP makes the server use what `ranges update` has fetched, without a restart', async () => {
        await using providers = await FakeProviders.start();
        for (const [path, body] of Object.entries(OTHER_LISTS)) providers.files.set(path, { body });
        const directory = mkdtempSync(join(tmpdir(), 'ranges-serve-'));
        try {
          const [store] = withStore('https://store.example').stores ?? [];
          await using archeio = await startWith(
            runtime,
            withStore('https://store.example', {
              listen: { host: '127.0.0.1', port: 0, processes },
              clientAddress: { topology: 'header', name: 'X-Client' },
              stores: [...STORES, { ...store, check: 'none' }],
              ranges: {
                refreshEvery: 'never',
                directory,
                atMostLost: 1,
                sources: Object.fromEntries(
                  CLOUDS.map((cloud) => [cloud, `${providers.origin}/${cloud}`]),
                ),
              },
            }),
          );
          for (const [edition, list] of [BEFORE, AFTER].entries()) {
            providers.files.set('/AWS', { body: list });
            await updateRanges(archeio);
            archeio.signal('SIGHUP');
            await until(`edition ${edition}`, async () => {
              for (const [address, ...stores] of MOVED) {
                for (let connection = 0; connection < 4; connection++)
                  if ((await storeFor(archeio.port, address)) !== stores[edition]) return false;
              }
              return true;
            });
          }
          assert.equal(
            archeio.log.some(({ event }) => event === 'worker-ended'),
            false,
          );
        } finally {
          rmSync(directory, { recursive: true });
        }
      });
    });
  }
}
