import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { decodeInventory, provesAbsent } from '@archeio/inventory';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { until } from '../parts/log-waits.ts';
import { type Radosgw, startRadosgw } from '../parts/radosgw.ts';
import { withStore } from '../serving/configurations.ts';
import { runMirror, writeMirrorConfiguration } from './mirror-command.ts';

const KEY = 'containers/images/{digest}';
const SOURCE = { url: 'https://source.example', repositories: { from: 'catalog' } };

const digestOf = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;
const STORED = Array.from({ length: 50 }, (_, number) => digestOf(`stored ${number}`));
const OTHERS = Array.from({ length: 1000 }, (_, number) => digestOf(`other ${number}`));

function assertIsOf(bytes: Uint8Array, stored: readonly string[]): void {
  const inventory = decodeInventory(bytes);
  assert.equal(inventory.filter.count, stored.length);
  assert.equal(inventory.key, KEY);
  for (const digest of stored) assert.ok(!provesAbsent(inventory, digest));
  const absent = OTHERS.filter((digest) => provesAbsent(inventory, digest)).length;
  assert.ok(absent > 970, String(absent));
}

describe('the inventory of a directory', () => {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-inventory-'));
  const disk = join(folder, 'disk');
  const blobs = join(disk, 'containers/images');
  before(() => {
    mkdirSync(blobs, { recursive: true });
    for (const digest of STORED) writeFileSync(join(blobs, digest), digest);
    writeFileSync(join(blobs, 'README'), 'no blob');
  });
  after(() => rmSync(folder, { recursive: true }));

  const disks = (...names: readonly string[]): string =>
    writeMirrorConfiguration(folder, {
      source: SOURCE,
      destinations: names.map((name) => ({ name, type: 'directory', path: join(folder, name) })),
    });

  for (const runtime of RUNTIMES) {
    test(`is written atomically to a file or to the directory, with the time its listing began: ${runtime}`, async () => {
      const out = join(folder, `inventory-${runtime}`);
      const inventory = (configuration: string, ...args: readonly string[]) =>
        runMirror(['inventory', ...args], configuration, { folder, runtime });
      const begun = Date.now();
      const written = await inventory(disks('disk'), '--out', out, '--json');
      assert.equal(written.code, 0, written.stderr);
      const { date, bytes, ...said } = JSON.parse(written.stdout);
      assert.deepEqual(said, { destination: 'disk', blobs: STORED.length, file: out });
      assert.ok(Date.parse(date) >= begun && Date.parse(date) <= Date.now());
      const file = readFileSync(out);
      assert.equal(file.length, bytes);
      assert.equal(decodeInventory(file).date, Date.parse(date));
      assertIsOf(file, STORED);

      const within = await inventory(disks('disk', 'other'), '--destination', 'disk');
      assert.match(
        within.stdout,
        /^disk: 50 blobs on \S+Z, \d+ B written to archeio\/inventory\n$/,
        within.stderr,
      );
      assertIsOf(readFileSync(join(disk, 'archeio/inventory')), STORED);
      assert.deepEqual(readdirSync(join(disk, 'archeio/unfinished')), []);
    });
  }

  test('an error is one line, and leaves the last inventory alone', async () => {
    const out = join(folder, 'kept');
    writeFileSync(out, 'kept');
    mkdirSync(join(folder, 'empty'));
    const configuration = disks('empty', 'disk');
    for (const [args, code, line] of [
      [
        ['--out', out],
        2,
        /expected --destination, one of empty, disk \(see "archeio mirror inventory --help"\)$/,
      ],
      [
        ['--destination', 'dusk'],
        2,
        /cannot find destination "dusk": expected one of empty, disk \(see "archeio mirror inventory --help"\)$/,
      ],
      [['--destination', 'empty', '--out', out], 1, /"empty": it has no blobs with keys "cont/],
      [
        ['--destination', 'disk', '--out', folder],
        1,
        /cannot write inventory ".*": it is a directory \(EISDIR\)$/,
      ],
      [['--destination', 'disk', '--out', '/no/such/file'], 1, /cannot write .*\(ENOENT\)$/],
    ] as const) {
      const { stderr, ...ended } = await runMirror(['inventory', ...args], configuration, {
        folder,
      });
      assert.equal(ended.code, code, stderr);
      assert.match(stderr.trim(), line);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    }
    assert.equal(readFileSync(out, 'utf8'), 'kept');
    assert.ok(readdirSync(folder).every((name) => !name.endsWith('.part')));
  });
});

const COMMANDS = 'radosgw ceph-mon ceph-osd radosgw-admin'.split(' ');

describe('the inventory of a bucket', { skip: unavailable(COMMANDS) }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-inventory-s3-'));
  let radosgw: Radosgw;
  before(async () => {
    radosgw = await startRadosgw(folder);
    await radosgw.makeBucket('blobs');
    const file = join(folder, 'blob');
    writeFileSync(file, 'blob');
    for (const digest of STORED.slice(0, 3))
      await radosgw.put('blobs', `containers/images/${digest}`, file);
  });
  after(async () => {
    await radosgw?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  for (const runtime of RUNTIMES) {
    test(`is served from: only blobs that it may have are requested: ${runtime}`, async () => {
      const configuration = writeMirrorConfiguration(folder, {
        source: SOURCE,
        destinations: [
          {
            name: 'bucket',
            type: 's3',
            bucket: 'blobs',
            region: 'us-east-1',
            endpoint: radosgw.url,
            forcePathStyle: true,
          },
        ],
      });
      const out = join(folder, `inventory-${runtime}`);
      const run = (...args: readonly string[]) =>
        runMirror(['inventory', ...args], configuration, { folder, runtime });
      const [inFile, inBucket] = [await run('--out', out), await run()];
      assert.deepEqual([inFile.code, inBucket.code], [0, 0], inFile.stderr + inBucket.stderr);
      assertIsOf(readFileSync(out), STORED.slice(0, 3));

      const url = `${radosgw.url}/blobs`;
      const inventory = { file: out };
      await using archeio = await startWith(
        runtime,
        withStore(url, { stores: [{ name: 'store', url, key: KEY, default: true, inventory }] }),
      );
      const loaded = () => archeio.log.some(({ event }) => event === 'inventory-loaded');
      await until('the inventory', loaded);
      const mark = await radosgw.log.mark();
      const pull = (digest: string) =>
        fetch(`http://127.0.0.1:${archeio.port}/v2/pause/blobs/${digest}`, { redirect: 'manual' });
      for (const digest of OTHERS.slice(0, 50)) await pull(digest);
      const [present] = STORED;
      const { headers } = await pull(present);
      assert.equal(headers.get('location'), `${url}/containers/images/${present}`);
      const asked = await radosgw.log.since(mark);
      assert.ok(asked.some(({ path }) => decodeURIComponent(path).endsWith(present)));
      assert.ok(asked.length < 6, JSON.stringify(asked));
    });
  }
});
