/**
 * What a second run asks when 10,000 manifests are mirrored already: of the source, and of the destination (radosgw).
 *
 * Usage: node bench/mirror-second-run.ts [manifests]. Needs radosgw. At most 1.2 requests a repository, and one more
 * for each 1,000 objects that are listed; where tags may move, one more for each tag.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bucket } from '../test/mirror/bucket.ts';
import { FakeRegistry } from '../test/mirror/fake-registry.ts';
import { runMirror, summaryOf, writeMirrorConfiguration } from '../test/mirror/mirror-command.ts';
import { RUNTIMES } from '../test/parts/archeio-process.ts';
import { startRadosgw } from '../test/parts/radosgw.ts';

const MANIFESTS = Number(process.argv[2] ?? 10_000);
const REPOSITORIES = 100;
const EACH = MANIFESTS / REPOSITORIES;

/** Fills it with manifests of one blob each; the lists are Google's, which are everyone's as well. */
function fill(registry: FakeRegistry): void {
  const names = Array.from({ length: REPOSITORIES }, (_, at) => `app-${at}`);
  for (const name of names) {
    const repository = `top/${name}`;
    const manifest: Record<string, object> = {};
    const tags = Array.from({ length: EACH }, (_, at) => `v${at}`);
    for (const tag of tags) {
      const layer = registry.blob(repository, Buffer.from(`${repository} ${tag}`));
      const document = { schemaVersion: 2, config: layer, layers: [layer] };
      manifest[registry.manifest(repository, document, tag).digest] = { tag: [tag] };
    }
    const list = JSON.stringify({ name: repository, child: [], manifest, tags });
    registry.add(`/v2/${repository}/tags/list`, list);
  }
  registry.add('/v2/top/tags/list', JSON.stringify({ child: names, manifest: {}, tags: [] }));
  const repositories = names.map((name) => `top/${name}`);
  registry.add('/v2/_catalog', JSON.stringify({ repositories }));
}

const WAYS = {
  google: { repositories: { from: 'google' } },
  'immutable tags': { repositories: { from: 'catalog' }, tags: { immutable: ['v*'] } },
  'tags that may move': { repositories: { from: 'catalog' } },
};

const folder = mkdtempSync(join(tmpdir(), 'archeio-bench-'));
const registry = await FakeRegistry.start();
const radosgw = await startRadosgw(folder);
try {
  fill(registry);
  console.log(`${cpus().length} × ${cpus()[0].model}, ${MANIFESTS} manifests`);
  const bucket = new Bucket(radosgw.url, 'second-run');
  await radosgw.makeBucket(bucket.name);
  for (const [way, source] of Object.entries(WAYS)) {
    const configuration = writeMirrorConfiguration(folder, {
      source: { url: registry.url, path: 'top', referrers: false, ...source },
      destinations: [bucket.destination],
      limits: { requestsPerSecond: 0 },
    });
    for (const runtime of RUNTIMES) {
      const sync = () => runMirror(['sync', '--json'], configuration, { folder, runtime });
      const begun = performance.now();
      assert.equal(summaryOf(await sync()).failed, 0);
      const first = (performance.now() - begun) / 1000;
      registry.asked.length = 0;
      const mark = await radosgw.log.mark();
      const again = performance.now();
      const { blobs, passed } = summaryOf(await sync());
      const seconds = (performance.now() - again) / 1000;
      assert.deepEqual([blobs, passed], [0, MANIFESTS]);
      const asked = registry.asked.length;
      const lists = (await radosgw.log.since(mark)).filter(({ path }) =>
        path.includes('list-type'),
      );
      const heads = way === 'tags that may move' ? MANIFESTS : 0;
      const most = 1.2 * REPOSITORIES + lists.length + heads;
      console.log(
        `${way}, ${runtime}: ${asked} requests of the source, ${lists.length} lists of the destination, ` +
          `${seconds.toFixed(1)} s (the run before ${first.toFixed(1)} s): ${asked < most ? 'as wanted' : `TOO MANY, at most ${most}`}`,
      );
      if (asked >= most) process.exitCode = 1;
    }
  }
} finally {
  await radosgw[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
}
