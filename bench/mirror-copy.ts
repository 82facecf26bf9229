/**
 * What a copy of a registry with 10,000 manifests costs: requests, bytes and seconds of a first run, of a second one
 * over an unchanged source, and of one after a hundred tags moved. Into radosgw and into a directory; the registry is
 * simulated.
 *
 * Usage: node bench/mirror-copy.ts [node | bun]
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createServer, connect } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeRegistry } from '../test/mirror/fake-registry.ts';
import { Bucket } from '../test/mirror/bucket.ts';
import {
  LAUNCHER,
  S3_ENVIRONMENT,
  writeMirrorConfiguration,
} from '../test/mirror/mirror-command.ts';
import { cleanEnvironment } from '../test/parts/part-process.ts';
import { listenOnLoopback } from '../test/parts/ports.ts';
import { startRadosgw } from '../test/parts/radosgw.ts';

const REPOSITORIES = 100;
const TAGS = 100;
const MOVED = 100;
const runtime = process.argv[2] === 'bun' ? 'bun' : 'node';
const execute = promisify(execFile);

/** Passes connections on, and counts their bytes. */
async function startMeter(port: number) {
  const count = { bytes: 0 };
  const server = createServer((socket) => {
    const other = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [socket, other],
      [other, socket],
    ]) {
      from.on('data', (chunk) => (count.bytes += chunk.length));
      from.on('error', () => to.destroy());
      from.pipe(to);
    }
  });
  const url = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  return { url, count, close: () => server.close() };
}

const folder = mkdtempSync(join(tmpdir(), 'archeio-bench-'));
await using parts = new AsyncDisposableStack();
parts.defer(() => rmSync(folder, { recursive: true }));
const radosgw = parts.use(await startRadosgw(folder));
const registry = parts.use(await FakeRegistry.start());
const source = await startMeter(Number(new URL(registry.url).port));
const storage = await startMeter(radosgw.port);
parts.defer(() => [source, storage].forEach(({ close }) => close()));

const names = Array.from({ length: REPOSITORIES }, (_, at) => `team/repository-${at}`);
for (const name of names) {
  const config = registry.blob(name, Buffer.from(name));
  const tags = Array.from({ length: TAGS }, (_, at) => `v${at}`);
  for (const tag of tags) {
    // As large as the manifest of an image with ten layers.
    const annotations = { tag, filler: 'x'.repeat(1800) };
    registry.manifest(name, { schemaVersion: 2, config, layers: [], annotations }, tag);
  }
  registry.tags(name, ...tags);
}
await radosgw.makeBucket('copy');
const bucket = new Bucket(storage.url, 'copy').destination;
const disk = { name: 'disk', type: 'directory', path: join(folder, 'disk') };

for (const [kind, destination, other] of [
  ['S3', bucket, 'v1'],
  ['directory', disk, 'v2'],
] as const) {
  const configuration = writeMirrorConfiguration(folder, {
    source: { url: source.url, referrers: false, repositories: { from: 'list', names } },
    destinations: [{ ...destination, contents: 'registry' }],
    limits: { requestsPerSecond: 0 },
  });
  for (const run of ['first', 'second', `${MOVED} tags moved`]) {
    if (run.endsWith('moved'))
      for (const name of names.slice(0, MOVED))
        registry.link(`/v2/${name}/manifests/v0`, `/v2/${name}/manifests/${other}`);
    registry.asked.length = 0;
    [source.count.bytes, storage.count.bytes] = [0, 0];
    const mark = await radosgw.log.mark();
    const begun = performance.now();
    const command = ['mirror', 'sync', '--json', '--config', configuration, '--runtime', runtime];
    const env = cleanEnvironment(folder, S3_ENVIRONMENT);
    const { stdout } = await execute(LAUNCHER, command, { env, maxBuffer: 2 ** 26 });
    const { problems, copies } = JSON.parse(stdout);
    assert.ok(copies[0].whole);
    const seconds = (performance.now() - begun) / 1000;
    assert.deepEqual(problems, []);
    const asked = (pattern: RegExp): number =>
      registry.asked.filter((line) => pattern.test(line)).length;
    const written = await radosgw.log.since(mark);
    const puts = written.filter(({ method }) => method === 'PUT').length;
    const mebibytes = ({ count: { bytes } }: typeof source): string =>
      `${(bytes / 2 ** 20).toFixed(1)} MiB`;
    console.log(
      `${kind.padEnd(9)} ${run.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s; source: ${asked(/^HEAD/)} HEAD, ${asked(/^GET .*manifests/)} manifests, ${asked(/^GET (?!.*manifests)/)} other GET, ${mebibytes(source)}` +
        (kind === 'S3'
          ? `; S3: ${puts} PUT, ${written.length - puts} other, ${mebibytes(storage)}`
          : ''),
    );
  }
}
