import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { unavailable } from '../parts/availability.ts';
import type { Outcome } from '../parts/command.ts';
import { type DockerRegistry, startDockerRegistry } from '../parts/docker-registry.ts';
import { digestOf } from './fake-registry.ts';
import { runMirror, summaryOf, writeMirrorConfiguration } from './mirror-command.ts';
import { keyOf } from './place.ts';
import { blobsOf, pushImage, type PushedImage } from './pushed-images.ts';

/** A real registry's catalog lists repositories with blobs but no manifest, for which it has no list of tags. */

describe(
  'a repository in the catalog without a manifest',
  {
    skip: unavailable(['docker-registry', 'skopeo']),
  },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
    let registry: DockerRegistry;
    let image: PushedImage;

    before(async () => {
      registry = await startDockerRegistry(join(folder, 'registry'));
      image = await pushImage(registry.host, folder, 'app', 'v1');
      // distribution/distribution#4324
      const upload = await fetch(`${registry.url}/v2/unfinished/blobs/uploads/`, {
        method: 'POST',
      });
      const location = new URL(String(upload.headers.get('location')), registry.url);
      location.searchParams.set('digest', digestOf('blob'));
      const { status } = await fetch(location, { method: 'PUT', body: 'blob' });
      assert.equal(status, 201);
      const listed = await fetch(`${registry.url}/v2/unfinished/tags/list`);
      assert.equal(listed.status, 404);
    });
    after(async () => {
      await registry?.[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    });

    const mirror = (args: readonly string[], repositories: object): Promise<Outcome> => {
      const configuration = writeMirrorConfiguration(folder, {
        source: { url: registry.url, repositories },
        destinations: [{ name: 'disk', type: 'directory', path: join(folder, 'disk') }],
      });
      return runMirror([...args, '--json'], configuration, { folder });
    };

    test('is empty if only the catalog or a pattern names it, for gc too', async () => {
      for (const repositories of [{ from: 'catalog' }, { from: 'list', names: ['**'] }]) {
        const { repositories: found, tags } = summaryOf(await mirror(['sync'], repositories));
        assert.deepEqual([found, tags], [2, 1]);
      }
      for (const { digest } of blobsOf([image]))
        assert.ok(existsSync(join(folder, 'disk', keyOf(digest))));
      const { code, stderr } = await mirror(['gc', '--older-than', '3d'], { from: 'catalog' });
      assert.equal(code, 0, stderr);
    });

    test('is a problem if the configuration names it', async () => {
      const { code, stderr } = await mirror(['sync'], {
        from: 'list',
        names: ['app', 'unfinished'],
      });
      assert.equal(code, 1);
      assert.match(stderr, /^archeio: unfinished: cannot read .*tags\/list.*: answered 404/m);
    });
  },
);
