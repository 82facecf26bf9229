import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InventoryStatus } from '../../apps/archeio/src/ipc/status.ts';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import type { Explanation } from '../../packages/request-handler/src/explanation.ts';
import {
  LAUNCHER,
  runMirror,
  S3_ENVIRONMENT,
  writeMirrorConfiguration,
} from '../mirror/mirror-command.ts';
import { type ArcheioProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { runClean } from '../parts/clean-command.ts';
import { type Radosgw, startRadosgw } from '../parts/radosgw.ts';
import { withStore } from '../serving/configurations.ts';

const digestOf = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;
const [PRESENT, ABSENT] = [digestOf('present'), digestOf('absent')];
/** The machine provides no other credentials. */
const NO_KEYS = { AWS_EC2_METADATA_DISABLED: 'true', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
const KEY = 'containers/images/{digest}';
const COMMANDS = ['ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'ceph'];

suite("a private bucket's own inventory", { skip: unavailable(COMMANDS) }, () => {
  let folder: string;
  let radosgw: Radosgw;
  let source: ConfigurationSource;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'archeio-private-inventory-'));
    radosgw = await startRadosgw(folder);
    await radosgw.makeBucket('private', 'private');
    const file = join(folder, 'blob');
    writeFileSync(file, 'present');
    await radosgw.put('private', `containers/images/${PRESENT}`, file, 'private');
    const mirror = writeMirrorConfiguration(folder, {
      source: { url: 'https://source.example', repositories: { from: 'catalog' } },
      destinations: [
        {
          name: 'bucket',
          type: 's3',
          bucket: 'private',
          region: 'us-east-1',
          endpoint: radosgw.url,
          forcePathStyle: true,
        },
      ],
    });
    const { code, stderr } = await runMirror(['inventory'], mirror, { folder });
    assert.equal(code, 0, stderr);
    source = withStore(radosgw.url, {
      stores: [
        {
          name: 'private',
          url: `${radosgw.url}/private`,
          key: KEY,
          default: true,
          presign: { region: 'us-east-1' },
          public: true,
          inventory: { url: `${radosgw.url}/private/archeio/inventory`, refreshEvery: '1s' },
        },
      ],
    });
  });
  after(async () => {
    await radosgw?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const inventoryOf = async ({ adminPort }: ArcheioProcess): Promise<InventoryStatus> => {
    const status = await (await fetch(`http://127.0.0.1:${adminPort}/api/status`)).text();
    return JSON.parse(status).backends.find(({ name }: { name: string }) => name === 'private')
      .inventory;
  };
  /** Its status, once reading it has succeeded or failed. */
  const read = async (archeio: ArcheioProcess): Promise<InventoryStatus> => {
    for (let tries = 0; ; tries++) {
      const inventory = await inventoryOf(archeio);
      if (inventory.why !== 'awaited') return inventory;
      assert.ok(tries < 1000, JSON.stringify(inventory));
      await sleep(10);
    }
  };

  test('is not public', async () => {
    assert.equal((await fetch(`${radosgw.url}/private/archeio/inventory`)).status, 403);
  });

  for (const runtime of RUNTIMES) {
    for (const processes of [1, 2]) {
      test(`${runtime}, ${processes} process(es): it is read with a signature, used and reported`, async () => {
        const start = await radosgw.log.mark();
        const listen = { host: '127.0.0.1', port: 0, processes };
        await using archeio = await startWith(runtime, { ...source, listen }, undefined, {
          ...NO_KEYS,
          ...S3_ENVIRONMENT,
        });
        const { used, why, blobs, lastError, date } = await read(archeio);
        assert.deepEqual([used, why, blobs, lastError], [true, null, 1, null]);
        const metrics = await (await fetch(`http://127.0.0.1:${archeio.adminPort}/metrics`)).text();
        const lines = metrics.split('\n').filter((line) => line.startsWith('archeio_inventory_'));
        assert.deepEqual(lines, [
          `archeio_inventory_timestamp_seconds{store="private"} ${Date.parse(date ?? '') / 1000}`,
          'archeio_inventory_used{store="private"} 1',
        ]);

        const pull = async (digest: string): Promise<string> => {
          const url = `http://127.0.0.1:${archeio.port}/v2/pause/blobs/${digest}`;
          const { headers } = await fetch(url, { redirect: 'manual' });
          return headers.get('location') ?? '';
        };
        assert.match(await pull(ABSENT), /^https:\/\/upstream\.example\//);
        assert.match(await pull(PRESENT), /X-Amz-Signature=/);
        // It is requested again, and has not changed.
        for (let tries = 0; ; tries++) {
          const asked = (await radosgw.log.since(start)).filter(({ path }) =>
            path.includes('/archeio/inventory'),
          );
          assert.ok(asked.every(({ path }) => path.includes('X-Amz-Signature=')));
          if (asked.some(({ status }) => status === 304)) break;
          assert.ok(tries < 500, JSON.stringify(asked));
          await sleep(10);
        }
        assert.equal((await inventoryOf(archeio)).lastError, null);
        const asked = (await radosgw.log.since(start)).filter(({ method }) => method === 'HEAD');
        assert.ok(asked.every(({ path }) => !decodeURIComponent(path).includes(ABSENT)));
      });
    }

    test(`${runtime}: explain also reads it`, async () => {
      const configuration = join(folder, `explain-${runtime}.json`);
      writeFileSync(configuration, JSON.stringify(source));
      const explain = async (environment: Readonly<Record<string, string>>) => {
        const path = `/v2/pause/blobs/${ABSENT}`;
        const args = ['--ip', '192.0.2.1', '--json', '--config', configuration];
        const command = [LAUNCHER, 'explain', path, ...args, '--runtime', runtime];
        const { stdout, stderr } = await runClean(command, {
          folder,
          environment: { ...NO_KEYS, ...environment },
        });
        const { candidates }: Explanation = JSON.parse(stdout);
        return { stderr, excluded: candidates[0].excluded };
      };
      const signed = await explain(S3_ENVIRONMENT);
      assert.equal(signed.stderr, '');
      assert.match(signed.excluded ?? '', /according to its inventory of/);
      const unsigned = await explain({});
      assert.match(
        unsigned.stderr,
        /^archeio: explained without the inventory of private: cannot sign .*credentials.*\n$/,
      );
    });

    test(`${runtime}: without credentials, or with wrong ones, the status says why it is not used`, async () => {
      for (const [keys, problem] of [
        [{}, /^cannot sign the request for http:\S+\/private\/archeio\/inventory: .*credentials/],
        [
          { ...S3_ENVIRONMENT, AWS_SECRET_ACCESS_KEY: 'wrong' },
          /^cannot fetch http:\S+\/private\/archeio\/inventory: status 403, expected 200$/,
        ],
      ] as const) {
        const environment = { ...NO_KEYS, ...keys };
        await using archeio = await startWith(runtime, source, undefined, environment);
        const { used, why, date, lastError } = await read(archeio);
        assert.deepEqual([used, why, date], [false, 'not-loaded', null]);
        assert.match(lastError?.problem ?? '', problem);
        assert.doesNotMatch(JSON.stringify(archeio.log), /X-Amz-Signature/);
      }
    });
  }
});
