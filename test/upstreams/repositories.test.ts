import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseConfiguration } from '@archeio/configuration';
import { ManualClock } from '@archeio/presence/testing';
import { SOURCE } from '../../apps/archeio/src/worker/testing/assembled.ts';
import type { Upstream } from '@archeio/redirect';
import { createStoreChecker } from '../../apps/archeio/src/backends/client/create-store-checker.ts';
import { RepositoryLists } from '@archeio/request-handler';
import { createLog } from '../../apps/archeio/src/platform/log.ts';
import { repositoriesOf } from '../../apps/archeio/src/supervisor/repositories/list-repositories.ts';
import { RepositoryRefresh } from '../../apps/archeio/src/supervisor/repositories/repository-refresh.ts';
import { registriesOf } from '../../apps/archeio/src/supervisor/repositories/testing/registries.ts';
import { UpstreamPresence } from '../../apps/archeio/src/backends/presence/upstream-presence.ts';
import { unavailable } from '../parts/availability.ts';
import { must } from '../parts/command.ts';
import { type DockerRegistry, startDockerRegistry } from '../parts/docker-registry.ts';
import { type OciImage, writeOciImage } from '../parts/oci-image.ts';

describe(
  'a real registry is listed, and asked for content',
  { skip: unavailable(['skopeo', 'docker-registry']) },
  () => {
    let folder: string;
    let registry: DockerRegistry;
    let image: OciImage;

    const push = (name: string): Promise<unknown> =>
      Promise.resolve(
        must('skopeo', [
          'copy',
          '--all',
          '--dest-tls-verify=false',
          `oci:${image.layout}:3.9`,
          `docker://${registry.host}/${name}:3.9`,
        ]),
      );

    const list = async (path: string, { url } = registry): Promise<string[]> => {
      const upstream = { name: 'u', url, path };
      const { signal } = new AbortController();
      return [...(await repositoriesOf('archeio')('catalog', upstream, signal))].toSorted();
    };

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'archeio-repositories-'));
      registry = await startDockerRegistry(folder);
      image = writeOciImage(join(folder, 'image'), '3.9');
      await push('prod/images/pause');
      await push('prod/images/sub/agent');
      await push('other/pause');
    });
    after(async () => {
      await registry[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    });

    test('a repository that is pushed later appears after a refresh', async () => {
      const registries = registriesOf({
        upstreams: [{ name: 'u', url: registry.url, path: 'prod/images' }],
        repositories: { from: 'catalog' },
      });
      const clock = new ManualClock();
      const lists = new RepositoryLists(registries);
      let told = Promise.withResolvers<void>();
      const refresh = new RepositoryRefresh({
        registries,
        lists,
        list: repositoriesOf('archeio'),
        usable: () => true,
        clock,
        random: () => 0.5,
        log: createLog('error', assert.fail, Date.now),
        onChange: () => told.resolve(),
      });
      refresh.runDue(clock.now());
      await told.promise;
      const has = (name: string): boolean => lists.has(0, name);
      assert.deepEqual(['pause', 'sub/agent', 'other/pause', 'new'].map(has), [
        true,
        true,
        false,
        false,
      ]);

      await push('prod/images/new');
      told = Promise.withResolvers();
      await clock.advance(600_000);
      await told.promise;
      assert.equal(has('new'), true);
      refresh.stop();
    });

    test('a manifest and a blob exist in one repository and not in another', async () => {
      const checker = createStoreChecker({ timeout: 30_000, userAgent: 'archeio' });
      const observed: unknown[] = [];
      const presence = new UpstreamPresence({
        options: { ...parseConfiguration(SOURCE).presence, budget: 30_000 },
        checker,
        clock: new ManualClock(),
        seed: [1, 2],
        workers: 1,
        found: () => undefined,
        observe: (_upstream, answer) => observed.push(answer.kind),
      });
      const { url } = registry;
      const base = `${url}/v2/`;
      const upstream = { name: 'u', url, base, path: 'prod/images/' } as Upstream;
      for (const { kind, digest } of [
        { kind: 'manifest', digest: image.index.digest },
        { kind: 'manifest', digest: image.manifests[0].digest },
        { kind: 'blob', digest: image.blobs[0].digest },
      ] as const) {
        for (const [name, expected] of [
          ['pause', 'present'],
          ['nothing', 'absent'],
        ] as const) {
          await presence.ask({ upstream, kind, name, digest });
          assert.equal(presence.lookup(upstream, kind, name, digest), expected, `${kind} ${name}`);
        }
      }
      assert.deepEqual(observed, Array(6).fill('status'));
      checker.close();
    });

    test('more repositories than fit on a page are all listed', async () => {
      const repositories = join(folder, 'registry/docker/registry/v2/repositories');
      const many = Array.from({ length: 2300 }, (_, index) => `image-${index}`);
      for (const name of many) {
        for (const part of ['_layers', '_manifests'])
          mkdirSync(join(repositories, 'many/deep', name, part), { recursive: true });
      }
      const mark = await registry.log.mark();
      assert.deepEqual(await list('many/deep'), many.toSorted());
      const pages = await registry.log.since(mark);
      assert.deepEqual(
        pages.map(({ status, userAgent }) => [status, userAgent]),
        Array.from({ length: 3 }, () => [200, 'archeio']),
      );
      assert.deepEqual(await list('other'), ['pause']);
      assert.deepEqual(await list('nowhere'), []);

      // The same repositories, in a registry that returns fewer at once than requested.
      const small = join(folder, 'small');
      mkdirSync(small);
      symlinkSync(join(folder, 'registry'), join(small, 'registry'));
      await using other = await startDockerRegistry(small, { catalog: { maxentries: 500 } });
      const begun = await other.log.mark();
      assert.deepEqual(await list('many/deep', other), many.toSorted());
      const [first, ...rest] = await other.log.since(begun);
      assert.equal(first.status, 400);
      assert.deepEqual(new Set(rest.map(({ status }) => status)), new Set([200]));
    });
  },
);
