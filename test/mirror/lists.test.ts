import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ATTEMPTS } from '../../packages/mirror/src/backoff.ts';
import { RegistryError } from '../../packages/mirror/src/source/registry/registry-error.ts';
import { RegistryPages } from '../../packages/mirror/src/source/registry/registry-pages.ts';
import { digestOf, FakeRegistry } from './fake-registry.ts';
import { clientOf } from './guarded-registry.ts';
import { openSource } from './opened-source.ts';
import {
  type ScriptedAnswer,
  type ScriptedRequest,
  startScriptedServer,
} from './scripted-server.ts';

/** Paginated lists of tags and repositories: read completely, or an error. */

async function listed(registry: { url: string }): Promise<readonly string[]> {
  const pages = new RegistryPages(clientOf(registry));
  const tags = new Set<string>();
  for await (const page of pages.lists('/v2/app/tags/list', 'repository:app:pull', 'tags'))
    for (const tag of page) tags.add(tag);
  return [...tags];
}

const tagsOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `v${index}`).toSorted();

/** Pages of the requested size, without a `Link` (distribution-spec 1.1, "Listing Tags"). */
const paged =
  (all: readonly string[], { knowsLast = true, unasked = all.length } = {}) =>
  ({ url: { searchParams } }: ScriptedRequest): ScriptedAnswer => {
    const last = (knowsLast ? searchParams.get('last') : null) ?? '';
    const size = Number(searchParams.get('n') ?? unasked);
    return { body: { name: 'app', tags: all.filter((tag) => tag > last).slice(0, size) } };
  };

test('full pages without a Link are continued after their last entry', async () => {
  for (const count of [0, 999, 1000, 1001, 2500]) {
    const all = tagsOf(count);
    await using registry = await startScriptedServer(paged(all));
    assert.deepEqual(await listed(registry), all);
    assert.equal(registry.asked.length, Math.floor(count / 1000) + 1);
  }
});

test('a registry without support for "last" is asked for everything', async () => {
  for (const count of [1000, 2500]) {
    const all = tagsOf(count);
    await using registry = await startScriptedServer(paged(all, { knowsLast: false }));
    assert.deepEqual((await listed(registry)).toSorted(), all);
  }
});

test('a truncated list without a way to the rest is an error', async () => {
  const all = tagsOf(2500);
  await using registry = await startScriptedServer(paged(all, { knowsLast: false, unasked: 100 }));
  await assert.rejects(
    listed(registry),
    /cannot read all of \/v2\/app\/tags\/list\?n=1000: expected/,
  );
  registry.answer = (request) =>
    request.url.searchParams.has('last') ? { status: 400 } : paged(all)(request);
  await assert.rejects(listed(registry), /last=v\d+: answered 400$/);
  const loop = all.slice(0, 1000);
  registry.answer = ({ url }) => ({
    body: { tags: url.searchParams.get('last') === loop.at(-1) ? loop.toReversed() : loop },
  });
  await assert.rejects(listed(registry), /its pages bring no new entries$/);
});

test('a registry that refuses the page size chooses it itself', async () => {
  for (const status of [400, 413, 416, 422]) {
    await using registry = await startScriptedServer(({ url }) =>
      url.searchParams.has('n') ? { status } : { body: { tags: ['v1'] } },
    );
    assert.deepEqual(await listed(registry), ['v1'], String(status));
  }
  await using registry = await startScriptedServer(() => ({ status: 422 }));
  await assert.rejects(listed(registry), /tags\/list: answered 422$/);
});

test('Links without a relation or angle brackets are followed', async () => {
  for (const link of [
    '</v2/app/tags/list?last=v1>',
    '/v2/app/tags/list?last=v1; rel="next"',
    '/v2/app/tags/list?last=v1',
  ]) {
    await using registry = await startScriptedServer(({ url }) =>
      url.searchParams.has('last')
        ? { body: { tags: ['v2'] } }
        : { body: { tags: ['v1'] }, headers: { link } },
    );
    assert.deepEqual(await listed(registry), ['v1', 'v2'], link);
  }
});

test('a list whose body is truncated is requested again', async () => {
  await using registry = await FakeRegistry.start();
  registry.tags('app', 'v1', 'v2');
  let cuts = 1;
  registry.trouble = (_, response, content) => {
    if (content === undefined || cuts-- <= 0) return false;
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 10), () => response.destroy());
    return true;
  };
  assert.deepEqual(await listed(registry), ['v1', 'v2']);
  cuts = ATTEMPTS;
  await assert.rejects(listed(registry), /cannot read http:\S+\/v2\/app\/tags\/list\?n=1000: /);
});

test('a later page that is not found is not an empty list', async () => {
  const isNotEmpty = (error: unknown): boolean =>
    error instanceof RegistryError && error.status === 0 && error.message.endsWith('answered 404');
  await using linked = await startScriptedServer(({ url }) =>
    url.searchParams.has('page')
      ? { status: 404 }
      : { body: { tags: ['v1'] }, headers: { link: '<?page=2>; rel=next' } },
  );
  await assert.rejects(listed(linked), isNotEmpty);
  const all = tagsOf(1000);
  await using full = await startScriptedServer((request) =>
    request.url.searchParams.has('last') ? { status: 404 } : paged(all)(request),
  );
  await assert.rejects(listed(full), isNotEmpty);
  // Nor is a repository for which no token is granted.
  await using tokens = await startScriptedServer(() => ({ status: 404 }));
  await using guarded = await startScriptedServer(() => ({
    status: 401,
    headers: { 'www-authenticate': `Bearer realm="${tokens.url}/token"` },
  }));
  await assert.rejects(listed(guarded), isNotEmpty);
  assert.equal(tokens.asked.length, 1);
});

test('an accepted answer other than 2xx includes its text', async () => {
  await using registry = await startScriptedServer(() => ({
    status: 404,
    body: 'MANIFEST_UNKNOWN',
  }));
  for await (const page of new RegistryPages(clientOf(registry)).pages('/v2/', '', [404]))
    assert.deepEqual([page.status, page.ok, page.text], [404, false, 'MANIFEST_UNKNOWN']);
  assert.equal(registry.asked.length, 1);
});

// Registries that do not paginate catalogs: docker/distribution before 2.3, proxies for several registries.
test('a list of any length on one page is read', async () => {
  await using registry = await FakeRegistry.start();
  const names = Array.from({ length: 300_000 }, (_, index) => `team/app${index}`);
  registry.add('/v2/_catalog', JSON.stringify({ repositories: names }));
  registry.add('/v2/app/tags/list', JSON.stringify({ tags: names.map((name) => name.slice(5)) }));
  const digest = digestOf('');
  const manifests = names.map(() => ({ mediaType: '', digest, size: 0 }));
  registry.add(`/v2/app/referrers/${digest}`, JSON.stringify({ schemaVersion: 2, manifests }));
  const source = openSource(registry.url, { from: 'catalog' });
  assert.equal((await source.repositories()).length, names.length);
  assert.equal((await source.tags('app')).length, names.length);
  assert.equal((await source.referrers('app', digest)).found.length, names.length);
});

// renovatebot/renovate#20745: Artifactory leaves the name of its virtual repository out of the Link.
test('pages whose Link has another path to the same list are read', async () => {
  const all = tagsOf(2500);
  await using registry = await startScriptedServer((request) => {
    const { pathname, searchParams } = request.url;
    if (pathname !== '/v2/app/tags/list') return { status: 404 };
    const answer = paged(all)(request);
    const last = `v${searchParams.get('last') ?? ''}`;
    const next = all.filter((tag) => tag > last.slice(1))[999];
    const link = `</v2/tags/list?n=1000&last=${next}>; rel="next"`;
    return next === undefined ? answer : { ...answer, headers: { link } };
  });
  assert.deepEqual(await listed(registry), all);
  assert.equal(registry.asked.length, 3);
});

// distribution/distribution#1186
test('a null list is empty', async () => {
  await using registry = await startScriptedServer(() => ({ body: { name: 'app', tags: null } }));
  assert.deepEqual(await listed(registry), []);
  await using catalog = await startScriptedServer(() => ({ body: { repositories: null } }));
  assert.deepEqual(await openSource(catalog.url, { from: 'catalog' }).repositories(), []);
});
