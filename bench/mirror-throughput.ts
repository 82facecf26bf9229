/**
 * How fast 2 GiB of blobs are copied, compared with the usual alternatives, in one run on one machine:
 * archeio from docker-registry to radosgw, rclone from a directory with the same blobs to radosgw, skopeo sync from
 * docker-registry to a directory, and archeio to a directory.
 *
 * Usage: node bench/mirror-throughput.ts [rounds]. Needs docker-registry, radosgw, skopeo and rclone.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bucket } from '../test/mirror/bucket.ts';
import {
  LAUNCHER,
  S3_ENVIRONMENT,
  writeMirrorConfiguration,
} from '../test/mirror/mirror-command.ts';
import { blobsOf, MIB, pushImage, type PushedImage } from '../test/mirror/pushed-images.ts';
import { RUNTIMES, type Runtime } from '../test/parts/archeio-process.ts';
import { startDockerRegistry } from '../test/parts/docker-registry.ts';
import { startRadosgw } from '../test/parts/radosgw.ts';

const IMAGES = 8;
const LAYER = 256 * MIB;
const AT_ONCE = '8';
const ROUNDS = Number(process.argv[2] ?? 3);

const folder = mkdtempSync(join(tmpdir(), 'archeio-bench-'));
const registry = await startDockerRegistry(join(folder, 'registry'));
const radosgw = await startRadosgw(folder, 8 * 2 ** 30);
const environment = { PATH: process.env['PATH'], HOME: folder, ...S3_ENVIRONMENT };

/** Seconds that a command takes. */
function time(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = environment,
): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stderr}`);
  return (performance.now() - begun) / 1000;
}

let runs = 0;
/** Removes its bucket afterwards, because radosgw keeps it in memory. */
async function intoBucket(fill: (bucket: Bucket) => Promise<number> | number): Promise<number> {
  const bucket = new Bucket(radosgw.url, `bench-${runs++}`);
  await radosgw.makeBucket(bucket.name);
  const seconds = await fill(bucket);
  await radosgw.removeBucket(bucket.name);
  return seconds;
}

function mirror(runtime: Runtime, destination: object): number {
  const configuration = writeMirrorConfiguration(folder, {
    source: { url: registry.url, repositories: { from: 'catalog' }, referrers: false },
    destinations: [destination],
    limits: { requestsPerSecond: 0, concurrency: Number(AT_ONCE) },
  });
  return time(LAUNCHER, ['mirror', 'sync', '--config', configuration, '--runtime', runtime]);
}

try {
  const images: PushedImage[] = [];
  const blobs = join(folder, 'blobs');
  mkdirSync(blobs);
  for (let at = 0; at < IMAGES; at++) {
    const pushed = await pushImage(registry.host, folder, 'app', `v${at}`, LAYER);
    images.push(pushed);
    for (const { digest } of pushed.image.blobs)
      cpSync(join(pushed.image.layout, 'blobs', digest.replace(':', '/')), join(blobs, digest));
    rmSync(pushed.image.layout, { recursive: true });
  }
  const bytes = blobsOf(images).reduce((sum, { size }) => sum + size, 0);

  const disk = join(folder, 'disk');
  const contestants: Record<string, () => Promise<number> | number> = {
    'rclone copy, directory to S3': () =>
      intoBucket(({ name }) => {
        const s3 = ['--s3-provider', 'Ceph', '--s3-env-auth', '--s3-endpoint', radosgw.url];
        const to = [`:s3:${name}`, '--transfers', AT_ONCE, '--config', '/dev/null'];
        return time('rclone', ['copy', blobs, ...to, ...s3]);
      }),
    'skopeo sync, registry to directory': () =>
      time(
        'skopeo',
        ['sync', '--all', '--src-tls-verify=false', '--src', 'docker', '--dest', 'dir'].concat([
          `${registry.host}/app`,
          disk,
        ]),
      ),
  };
  for (const runtime of RUNTIMES) {
    contestants[`archeio, registry to S3 (${runtime})`] = () =>
      intoBucket(async (bucket) => {
        const seconds = mirror(runtime, bucket.destination);
        const kept = (await bucket.keys()).filter((key) => key.startsWith('containers/'));
        assert.equal(kept.length, blobsOf(images).length);
        return seconds;
      });
    contestants[`archeio, registry to directory (${runtime})`] = () =>
      mirror(runtime, { name: 'disk', type: 'directory', path: disk });
  }

  const seconds = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of Object.keys(contestants).toSorted(() => Math.random() - 0.5)) {
      seconds.set(name, [...(seconds.get(name) ?? []), await contestants[name]()]);
      rmSync(disk, { recursive: true, force: true });
    }
  }
  const median = (name: string): number =>
    (seconds.get(name) ?? []).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  console.log(
    `${cpus().length} × ${cpus()[0].model}, ${(bytes / 2 ** 30).toFixed(2)} GiB, ${readdirSync(blobs).length} blobs, median of ${ROUNDS}`,
  );
  for (const name of Object.keys(contestants)) {
    const rate = bytes / MIB / median(name);
    const against = Object.keys(contestants)
      .slice(0, 2)
      .map((other) => `${(median(other) / median(name)).toFixed(2)} × ${other.split(' ')[0]}`);
    console.log(`${name.padEnd(40)} ${rate.toFixed(0).padStart(5)} MiB/s  ${against.join(', ')}`);
  }
} finally {
  await radosgw[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
}
