import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { unavailable } from '../parts/availability.ts';
import type { Outcome } from '../parts/command.ts';
import { type DockerRegistry, startDockerRegistry } from '../parts/docker-registry.ts';
import { FakeRegistry } from './fake-registry.ts';
import { runMirror, type Summary, summaryOf, writeMirrorConfiguration } from './mirror-command.ts';
import { pushBlob, pushManifest } from './pushed-artifact.ts';

/** Paginated lists. */

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
});
after(() => rmSync(folder, { recursive: true }));

function runPlan(source: object): Promise<Outcome> {
  const configuration = writeMirrorConfiguration(folder, {
    source: { referrers: false, ...source },
    destinations: [{ name: 'disk', type: 'directory', path: join(folder, 'disk') }],
    limits: { requestsPerSecond: 0 },
  });
  return runMirror(['plan', '--json'], configuration, { folder });
}

async function plan(source: object): Promise<Summary & { repositories: number; tags: number }> {
  const outcome = await runPlan(source);
  summaryOf(outcome);
  return JSON.parse(outcome.stdout);
}

describe("a real registry's catalog", { skip: unavailable(['docker-registry']) }, () => {
  const COUNT = 25;
  const MOST = 10;
  const names = Array.from({ length: COUNT }, (_, number) => `team-${number % 2}/app-${number}`);
  let registry: DockerRegistry;

  before(async () => {
    registry = await startDockerRegistry(join(folder, 'registry'), {
      catalog: { maxentries: MOST },
    });
    for (const name of names) {
      const repository = `${registry.url}/v2/${name}`;
      const config = await pushBlob(repository, '{}');
      const mediaType = 'application/vnd.oci.image.manifest.v1+json';
      await pushManifest(repository, { mediaType, schemaVersion: 2, config, layers: [] }, 'v1');
    }
  });
  after(() => registry?.[Symbol.asyncDispose]());

  test('is read on all pages, although the registry sends fewer entries per page than requested', async () => {
    const mark = await registry.log.mark();
    const all = await plan({ url: registry.url, repositories: { from: 'catalog' } });
    assert.deepEqual([all.repositories, all.tags], [COUNT, COUNT]);
    const asked = await registry.log.since(mark);
    assert.deepEqual(
      asked.filter(({ path }) => path.includes('_catalog')).map(({ status }) => status),
      [400, 200, 200, 200],
    );
  });

  test('is matched by patterns as a whole', async () => {
    const { url } = registry;
    const list = await plan({
      url,
      repositories: { from: 'list', names: ['team-1/*', 'team-1/app-1'] },
    });
    assert.equal(list.repositories, names.filter((name) => name.startsWith('team-1/')).length);
    const within = { url, path: 'team-0', repositories: { from: 'catalog', names: ['app-2*'] } };
    assert.equal((await plan(within)).repositories, ['2', '20', '22', '24'].length);
  });
});

test('pages of tags are read, whatever form their Link has', async () => {
  await using registry = await FakeRegistry.start();
  const config = registry.blob('app', Buffer.from('{}'));
  const tags = Array.from({ length: 7 }, (_, number) => `v${number}`);
  registry.manifest('app', { schemaVersion: 2, config, layers: [] }, ...tags);
  const documents = [0, 3, 6].map((from) => ({ tags: tags.slice(from, from + 3) }));
  const path = '/v2/app/tags/list';
  const links: Readonly<Record<string, (next: string) => string>> = {
    relative: (next) => next,
    absolute: (next) => `${registry.url}${next}`,
    'a query alone': (next) => next.slice(next.indexOf('?')),
    'without a query': (next) => `${path}/${next.at(-1)}`,
  };
  for (const [kind, link] of Object.entries(links)) {
    registry.pages(path, documents, link);
    for (const page of [1, 2]) registry.link(`${path}/${page}`, `${path}?page=${page}`);
    const source = { url: registry.url, repositories: { from: 'list', names: ['app'] } };
    assert.equal((await plan(source)).tags, tags.length, kind);
  }
});

test('tags whose pages form a loop or lead to another host are an incomplete list', async () => {
  await using registry = await FakeRegistry.start();
  const path = '/v2/app/tags/list';
  const source = { url: registry.url, repositories: { from: 'list', names: ['app'] } };
  for (const [next, why] of [
    [path, /pages form a loop/],
    ['https://elsewhere.example/', /cannot follow Link \\"https:\/\/elsewhere\.example\/\\"/],
  ] as const) {
    registry.pages(path, [{ tags: ['v1'] }, { tags: [] }], () => next);
    const { code, stdout } = await runPlan(source);
    assert.equal(code, 1);
    assert.match(stdout, why);
  }
});
