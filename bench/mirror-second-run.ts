/**
 * What a second run over 10,000 mirrored manifests asks of the source and S3, both simulated: by Google's lists, for
 * tags that never move, and for tags that may.
 *
 * Usage: node bench/mirror-second-run.ts
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeRegistry } from '../test/mirror/fake-registry.ts';
import { FakeS3 } from '../test/mirror/fake-s3.ts';
import { runMirror, summaryOf, writeMirrorConfiguration } from '../test/mirror/mirror-command.ts';

const REPOSITORIES = 100;
const TAGS = 100;

const folder = mkdtempSync(join(tmpdir(), 'archeio-bench-'));
const registry = await FakeRegistry.start();
const s3 = await FakeS3.start();
try {
  const names = Array.from({ length: REPOSITORIES }, (_, at) => `repository-${at}`);
  const list = (name: string, more: object): void =>
    registry.add(`/v2/${name}tags/list`, JSON.stringify({ child: [], manifest: {}, ...more }));
  list('', { child: names });
  for (const name of names) {
    const config = registry.blob(name, Buffer.from(name));
    const manifest: Record<string, object> = {};
    const tags = Array.from({ length: TAGS }, (_, at) => `v${at}`);
    for (const tag of tags) {
      const document = { schemaVersion: 2, config, layers: [], annotations: { tag } };
      manifest[registry.manifest(name, document, tag).digest] = { tag: [tag] };
    }
    list(`${name}/`, { manifest, tags });
  }
  const configurationFor = (bucket: string, source: object): string =>
    writeMirrorConfiguration(folder, {
      source: { url: registry.url, referrers: false, ...source },
      destinations: [
        {
          name: 's3',
          type: 's3',
          bucket,
          region: 'us-east-1',
          endpoint: s3.url,
          forcePathStyle: true,
        },
      ],
      limits: { requestsPerSecond: 0 },
    });
  for (const [name, source] of [
    ['google', { repositories: { from: 'google' } }],
    ['immutable', { repositories: { from: 'list', names }, tags: { immutable: ['**'] } }],
    ['movable', { repositories: { from: 'list', names } }],
  ] as const) {
    const configuration = configurationFor(name, source);
    summaryOf(await runMirror(['sync', '--json'], configuration, { folder }));
    registry.asked.length = 0;
    s3.asked.length = 0;
    const { passed, blobs } = summaryOf(
      await runMirror(['sync', '--json'], configuration, { folder }),
    );
    assert.deepEqual([passed, blobs], [REPOSITORIES * TAGS, 0]);
    const heads = registry.asked.filter((line) => line.startsWith('HEAD')).length;
    const objects = [...s3.objects.keys()].filter((key) => key.startsWith(`/${name}/`)).length;
    console.log(
      `${name.padEnd(9)} ${passed} manifests in ${REPOSITORIES} repositories: ${registry.asked.length - heads} requests (${((registry.asked.length - heads) / REPOSITORIES).toFixed(2)} per repository) and ${heads} HEADs to the source; ${s3.asked.length} to S3 for ${objects} objects`,
    );
  }
} finally {
  await registry[Symbol.asyncDispose]();
  await s3[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
}
