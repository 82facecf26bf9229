import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { unavailable } from '../parts/availability.ts';
import type { Outcome } from '../parts/command.ts';
import { type DockerRegistry, startDockerRegistry } from '../parts/docker-registry.ts';
import { runMirror, summaryOf, writeMirrorConfiguration } from './mirror-command.ts';
import { blobsOf, manifestsOf, pushImage, type PushedImage } from './pushed-images.ts';

const DAY = 24 * 60 * 60 * 1000;

describe('upkeep of what is mirrored', { skip: unavailable(['docker-registry', 'skopeo']) }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
  const disk = join(folder, 'disk');
  const fileOf = (digest: string): string => join(disk, 'containers/images', digest);
  let registry: DockerRegistry;
  let kept: PushedImage;
  let dropped: PushedImage;
  let configuration: string;
  const mirror = (...args: string[]): Promise<Outcome> =>
    runMirror(args, configuration, { folder });

  before(async () => {
    registry = await startDockerRegistry(join(folder, 'registry'));
    kept = await pushImage(registry.host, folder, 'app', 'v1');
    dropped = await pushImage(registry.host, folder, 'app', 'v2');
    configuration = writeMirrorConfiguration(folder, {
      source: { url: registry.url, repositories: { from: 'list', names: ['app'] } },
      destinations: [{ name: 'disk', type: 'directory', path: disk }],
      limits: { requestsPerSecond: 0 },
    });
    assert.equal(summaryOf(await mirror('sync', '--json')).failed, 0);
  });
  after(async () => {
    await registry?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  test('verify tells what is corrupt and missing, and repairs it', async () => {
    const [corrupt, missing] = kept.image.blobs.map(({ digest }) => digest);
    const bytes = readFileSync(fileOf(corrupt));
    bytes[0] ^= 1;
    writeFileSync(fileOf(corrupt), bytes);
    rmSync(fileOf(missing));
    const stored = blobsOf([kept, dropped]).length;

    const found = await mirror('verify');
    assert.equal(found.code, 1);
    assert.match(
      found.stdout,
      new RegExp(`read again: ${stored - 1} blobs, .*; 1 corrupt, 1 missing`),
    );
    assert.match(
      found.stderr,
      new RegExp(`corrupt in destination "disk": ${corrupt}: its bytes have digest`),
    );
    assert.match(
      found.stderr,
      new RegExp(`missing in destination "disk": ${missing}: it is not there`),
    );

    const repaired = await mirror('verify', '--repair');
    assert.deepEqual(
      [repaired.code, /copied again to disk: 2 blobs/.test(repaired.stdout)],
      [0, true],
    );
    const clean = await mirror('verify', '--json');
    assert.equal(clean.code, 0, clean.stderr);
    const { blobs, corrupt: bad, missing: gone } = JSON.parse(clean.stdout);
    assert.deepEqual([blobs, bad, gone], [stored, [], []]);
  });

  test('verify reads a share, or what is new', async () => {
    const read = async (...args: string[]): Promise<number> =>
      JSON.parse((await mirror('verify', '--json', ...args)).stdout).blobs;
    assert.equal(await read('--share', '0%'), 0);
    assert.equal(await read('--since', '2100-01-01'), 0);
    for (const args of [
      ['--share', '101%'],
      ['--since', 'soon'],
    ])
      assert.equal((await mirror('verify', ...args)).code, 2);
  });

  test('gc deletes what has long been without a manifest, and its record, and nothing else', async () => {
    const early = await mirror('gc', '--older-than', '48h');
    assert.equal(early.code, 2);
    assert.match(early.stderr, /must be more than twice presence.presentFor, which is 1440m/);

    const gc = async (...args: string[]) => mirror('gc', '--older-than', '3d', ...args);
    const counts = ({ stdout }: Outcome): object => {
      const { garbage, waiting, deleted } = JSON.parse(stdout).destinations[0];
      return { garbage, waiting, deleted };
    };
    assert.deepEqual(counts(await gc('--json')), { garbage: 0, waiting: 0, deleted: 0 });

    const index = `${registry.url}/v2/app/manifests/${dropped.image.index.digest}`;
    assert.equal((await fetch(index, { method: 'DELETE' })).status, 202);
    const own = blobsOf([dropped]).filter(
      ({ digest }) => !blobsOf([kept]).some((blob) => blob.digest === digest),
    );
    assert.deepEqual(counts(await gc('--json', '--delete')), {
      garbage: 0,
      waiting: own.length,
      deleted: 0,
    });

    const state = join(disk, 'archeio/unreferenced.json');
    const old = (Date.now() - 4 * DAY) / 1000;
    const { since } = JSON.parse(readFileSync(state, 'utf8'));
    for (const digest of Object.keys(since)) {
      since[digest] = old * 1000;
      utimesSync(fileOf(digest), old, old);
    }
    writeFileSync(state, JSON.stringify({ version: 1, since }));
    assert.deepEqual(counts(await gc('--json')), { garbage: own.length, waiting: 0, deleted: 0 });
    const refused = await gc('--delete');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /nothing was deleted: .* and at most 10 % may \(--at-most\)/);
    for (const { digest } of own) assert.ok(existsSync(fileOf(digest)));

    assert.deepEqual(counts(await gc('--json', '--delete', '--at-most', '60%')), {
      garbage: own.length,
      waiting: 0,
      deleted: own.length,
    });
    assert.deepEqual(
      readdirSync(join(disk, 'containers/images')).toSorted(),
      blobsOf([kept])
        .map(({ digest }) => digest)
        .toSorted(),
    );
    assert.deepEqual(
      readdirSync(join(disk, 'archeio/mirrored')).toSorted(),
      [...manifestsOf([kept])].toSorted(),
    );

    await pushImage(registry.host, folder, 'app', 'v2');
    assert.equal(summaryOf(await mirror('sync', '--json')).blobs, own.length);
  });

  test('gc deletes nothing where the source cannot be read whole', async () => {
    const broken = writeMirrorConfiguration(folder, {
      source: { url: registry.url, repositories: { from: 'list', names: ['app', 'nowhere'] } },
      destinations: [{ name: 'disk', type: 'directory', path: disk }],
    });
    const { code, stderr } = await runMirror(['gc', '--older-than', '3d', '--delete'], broken, {
      folder,
    });
    assert.equal(code, 1);
    assert.match(stderr, /nothing was deleted: the source could not be read whole \(nowhere /);
  });
});
