import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { rawStore } from '../../backends/client/testing/fake-store.ts';
import { ListingError } from './listing-error.ts';
import { type ListingMethod, repositoriesOf } from './list-repositories.ts';
import { PageReader } from './page-reader.ts';
import {
  type FakeRegistry,
  playDistribution,
  playGoogle,
  scripted,
} from './testing/fake-registry.ts';

const RUNTIME = join(import.meta.dirname, '../../../../../node_modules/.bin');
const CATALOG = '/v2/_catalog?n=1000';
const THOUSAND = Array.from({ length: 1000 }, (_, index) => `i${index}`);

async function list(method: ListingMethod, { origin: url }: { origin: string }, path = '') {
  const { signal } = new AbortController();
  const names = await repositoriesOf('archeio/test')(method, { name: 'u', url, path }, signal);
  return [...names].toSorted();
}

async function problemOf(method: ListingMethod, registry: { origin: string }, path = '') {
  const error: unknown = await list(method, registry, path).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof ListingError, String(error));
  const { message, status, retryAfter } = error;
  return { message: message.replaceAll(registry.origin, ''), status, retryAfter };
}

const step = fc.stringMatching(/^[a-c]{1,2}$/);
const names = fc
  .uniqueArray(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 12, selector: String })
  .map((all) => all.map((steps) => steps.join('/')));

suite('any registry is listed whole', () => {
  for (const [method, play] of [
    ['catalog', (all: string[]) => playDistribution(all, 2)],
    ['google', playGoogle],
  ] as const) {
    test(`${method}: the names below the path, without it`, async () => {
      await fc.assert(
        fc.asyncProperty(names, async (all) => {
          await using registry: FakeRegistry = await play([...all, 'p/q/own', 'p/qq']);
          assert.deepEqual(await list(method, registry), [...all, 'p/q/own', 'p/qq'].toSorted());
          assert.deepEqual(await list(method, registry, 'p/q'), ['own']);
          assert.equal(registry.asked[0].userAgent, 'archeio/test');
        }),
        { numRuns: 20 },
      );
    });
  }

  test('catalog: a registry that refuses so many at once is asked for as many as it likes', async () => {
    await using registry = await scripted({
      [CATALOG]: { status: 400 },
      '/v2/_catalog': { body: { repositories: ['a'] }, link: '</v2/_catalog?last=a>; rel="next"' },
      '/v2/_catalog?last=a': { body: { repositories: ['b'] } },
    });
    assert.deepEqual(await list('catalog', registry), ['a', 'b']);
    await using refusing = await scripted({
      [CATALOG]: { status: 400 },
      '/v2/_catalog': { status: 400 },
    });
    assert.equal((await problemOf('catalog', refusing)).message, '/v2/_catalog: answered 400');
  });

  test('catalog: other statuses refuse so many at once as well', async () => {
    for (const status of [413, 416, 422]) {
      await using registry = await scripted({
        [CATALOG]: { status },
        '/v2/_catalog': { body: { repositories: ['a'] } },
      });
      assert.deepEqual(await list('catalog', registry), ['a'], String(status));
    }
  });

  test('catalog: full pages without a Link are gone on with after their last name', async () => {
    for (const count of [999, 1000, 1001, 2500]) {
      const all = Array.from({ length: count }, (_, index) => `team/image-${index}`).toSorted();
      await using registry = await playDistribution(all, 1000, 'without Link');
      assert.deepEqual(await list('catalog', registry), all);
      assert.equal(registry.asked.length, Math.floor(count / 1000) + 1);
    }
  });

  test('catalog: a registry that always gives everything is listed whole', async () => {
    const all = Array.from({ length: 1000 }, (_, index) => `image-${index}`).toSorted();
    for (const names of [all, all.slice(1), [...all, 'z']]) {
      await using registry = await scripted((url) =>
        url.startsWith('/v2/_catalog') ? { body: { repositories: names } } : undefined,
      );
      assert.deepEqual(await list('catalog', registry), names);
    }
  });

  test('catalog: Links without a relation or angle brackets are followed', async () => {
    for (const link of [
      '</v2/_catalog?last=a>',
      '/v2/_catalog?last=a; rel="next"',
      '/v2/_catalog?last=a',
    ]) {
      await using registry = await scripted({
        [CATALOG]: { body: { repositories: ['a'] }, link },
        '/v2/_catalog?last=a': { body: { repositories: ['b'] } },
      });
      assert.deepEqual(await list('catalog', registry), ['a', 'b'], link);
    }
  });

  for (const runtime of ['node', 'bun']) {
    test(`on ${runtime}`, async () => {
      const all = Array.from({ length: 2500 }, (_, index) => `team/image-${index}`);
      await using distribution = await playDistribution(all);
      await using google = await playGoogle(all.slice(0, 50));
      await using broken = await scripted({ [CATALOG]: { status: 401 } });
      const program = join(import.meta.dirname, 'testing/list-once.ts');
      const run = async (...args: string[]) => {
        const { stdout } = await promisify(execFile)(join(RUNTIME, runtime), [program, ...args], {
          timeout: 60_000,
          env: { ...process.env, NO_PROXY: '*' },
          maxBuffer: 2 ** 24,
        });
        return JSON.parse(stdout);
      };
      const sorted = (many: string[]) => many.map((name) => name.slice(5)).toSorted();
      assert.deepEqual(await run('catalog', distribution.origin, 'team'), { names: sorted(all) });
      assert.deepEqual(await run('google', google.origin, 'team'), {
        names: sorted(all.slice(0, 50)),
      });
      assert.deepEqual(await run('catalog', broken.origin), {
        problem: `${broken.origin}${CATALOG}: answered 401`,
      });
    });
  }

  test('100,000 names on one page', async () => {
    const all = Array.from({ length: 100_000 }, (_, index) => `image-${index}`);
    await using registry = await scripted({ [CATALOG]: { body: { repositories: all } } });
    assert.deepEqual(await list('catalog', registry), all.toSorted());
  });
});

suite('what registries do otherwise', () => {
  test('names that are none, and a last page of null, are passed over', async () => {
    await using registry = await scripted({
      [CATALOG]: {
        body: { repositories: ['p/a', 'p/', 'p/Upper', 'p', 'q/b'] },
        link: '</x>;rel=next',
      },
      '/x': { body: { repositories: null } },
    });
    assert.deepEqual(await list('catalog', registry, 'p'), ['a']);
  });

  test('google: a child that is not found stays on the list; pages, tags and odd names are read', async () => {
    await using registry = await scripted({
      '/v2/p/tags/list': { body: { child: ['a'], tags: ['v1'] }, link: '</v2/p/more>; rel="next"' },
      '/v2/p/more': { body: { child: ['b', '../x', 'gone'], manifest: null } },
      '/v2/p/a/tags/list': { body: { tags: ['v1'] } },
      '/v2/p/b/tags/list': { body: { child: [], manifest: {}, tags: [] } },
    });
    assert.deepEqual(await list('google', registry, 'p'), ['a', 'gone']);
  });

  for (const [what, method, answers, expected] of [
    [
      'a token is wanted',
      'catalog',
      { [CATALOG]: { status: 401 } },
      { message: `${CATALOG}: answered 401`, status: 401 },
    ],
    [
      'a redirect',
      'catalog',
      { [CATALOG]: { status: 307, headers: { location: '/x' } } },
      { message: `${CATALOG}: answered 307`, status: 307 },
    ],
    [
      'too many requests',
      'catalog',
      { [CATALOG]: { status: 429, headers: { 'retry-after': '120' } } },
      { message: `${CATALOG}: answered 429`, status: 429, retryAfter: 120_000 },
    ],
    [
      'no JSON',
      'catalog',
      { [CATALOG]: { body: '<html>' } },
      { message: /^\/v2\/_catalog\?n=1000: .*JSON/ },
    ],
    [
      'another shape',
      'catalog',
      { [CATALOG]: { body: { names: [] } } },
      { message: `${CATALOG}: is not a catalog of repositories` },
    ],
    [
      'another shape',
      'google',
      { '/v2/tags/list': { body: { child: 'a' } } },
      { message: '/v2/tags/list: is not a list of tags' },
    ],
    [
      'a path that is not there',
      'google',
      {},
      { message: '/v2/tags/list: answered 404', status: 404 },
    ],
    [
      'errors with 200',
      'catalog',
      { [CATALOG]: { body: { repositories: null, errors: [{ code: 'UNAUTHORIZED' }] } } },
      { message: `${CATALOG}: is not a catalog of repositories` },
    ],
    [
      'errors with 200',
      'google',
      {
        '/v2/tags/list': { body: { child: ['a', 'b'] } },
        '/v2/a/tags/list': { body: { errors: [] } },
      },
      { message: '/v2/a/tags/list: is not a list of tags' },
    ],
    [
      'an answer that says nothing',
      'google',
      { '/v2/tags/list': { body: { child: ['a'] } }, '/v2/a/tags/list': { body: { name: 'a' } } },
      { message: '/v2/a/tags/list: is not a list of tags' },
    ],
    [
      'a full page that nothing follows',
      'catalog',
      (url: string) => ({
        body: { repositories: url.includes('n=1000') ? THOUSAND : THOUSAND.slice(0, 100) },
      }),
      {
        message: `${CATALOG}: is truncated: the registry neither links to the next page nor supports "last"`,
      },
    ],
    [
      'a full page after which a refusal comes',
      'catalog',
      (url: string) =>
        url === CATALOG || url === '/v2/_catalog'
          ? { body: { repositories: THOUSAND } }
          : { status: 400 },
      { message: `${CATALOG}&last=i999: answered 400`, status: 400 },
    ],
    [
      'full pages in a loop',
      'catalog',
      (url: string) => ({
        body: { repositories: url.includes('last=i999') ? THOUSAND.toReversed() : THOUSAND },
      }),
      { message: `${CATALOG}&last=i999: its pages form a loop` },
    ],
    [
      'a loop',
      'catalog',
      {
        [CATALOG]: { body: { repositories: ['a'] }, link: '</b>;rel=next' },
        '/b': { body: { repositories: ['b'] }, link: `<${CATALOG}>;rel=next` },
      },
      { message: `${CATALOG}: its pages form a loop` },
    ],
    [
      'a Link to elsewhere',
      'catalog',
      { [CATALOG]: { body: { repositories: ['a'] }, link: '<http://elsewhere.test/>;rel=next' } },
      {
        message: `${CATALOG}: cannot follow Link "http://elsewhere.test/": expected a page of 127.0.0.1`,
      },
    ],
    [
      'a second page that fails',
      'catalog',
      {
        [CATALOG]: { body: { repositories: ['a'] }, link: '</b>;rel=next' },
        '/b': { status: 503 },
      },
      { message: '/b: answered 503', status: 503 },
    ],
    [
      'a folder that is refused',
      'google',
      { '/v2/tags/list': { body: { child: ['a', 'b'] } }, '/v2/a/tags/list': { status: 403 } },
      { message: '/v2/a/tags/list: answered 403', status: 403 },
    ],
  ] as const) {
    test(`${method}, ${what}: no list, and never a part of one`, async () => {
      await using registry = await scripted(answers);
      const problem: Record<string, unknown> = await problemOf(method, registry);
      for (const [key, value] of Object.entries(expected)) {
        if (value instanceof RegExp) assert.match(String(problem[key]), value);
        else assert.equal(problem[key], value);
      }
    });
  }

  test('more names, or more folders, than are kept', async () => {
    const many = Array.from({ length: 250_001 }, (_, index) => `i${index}`);
    await using registry = await scripted({
      [CATALOG]: { body: { repositories: many } },
      '/v2/tags/list': { body: { child: many } },
    });
    assert.match((await problemOf('catalog', registry)).message, /more than 250000 repositories/);
    assert.match((await problemOf('google', registry)).message, /more than 250000 repositories/);
    assert.equal(registry.asked.length, 2);
  });

  test('nobody listens', async () => {
    const registry = await scripted({});
    await registry[Symbol.asyncDispose]();
    assert.match(
      (await problemOf('catalog', registry)).message,
      /: connection refused \(ECONNREFUSED\)$/,
    );
  });
});

suite('limits of one page', () => {
  const read = async (
    url: string,
    limits: { timeout?: number; mostBytes?: number; mostPages?: number },
  ) => {
    const reader = new PageReader({
      userAgent: 'archeio/test',
      timeout: 30_000,
      mostBytes: 1000,
      mostPages: 2,
      signal: new AbortController().signal,
      ...limits,
    });
    for await (const page of reader.pages(url)) void page;
  };

  test('time, over an upstream that never answers', async () => {
    await using silent = await rawStore((socket) => socket.resume());
    await assert.rejects(read(silent.origin, { timeout: 50 }), /no answer in time/);
  });

  test('bytes', async () => {
    await using registry = await scripted({ '/': { body: { repositories: ['a'.repeat(999)] } } });
    await assert.rejects(read(`${registry.origin}/`, {}), /is longer than 1000 bytes/);
  });

  test('pages', async () => {
    await using registry = await scripted({
      '/1': { link: '</2>;rel=next' },
      '/2': { link: '</3>;rel=next' },
      '/3': {},
    });
    await assert.rejects(read(`${registry.origin}/1`, {}), /has more than 2 pages/);
    await read(`${registry.origin}/1`, { mostPages: 3 });
  });
});
