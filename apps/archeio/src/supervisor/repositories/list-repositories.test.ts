import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import {
  type FakeRegistry,
  playDistribution,
  playGoogle,
  scripted,
} from './testing/fake-registry.ts';
import { CATALOG, list, problemOf } from './testing/listing.ts';

const RUNTIME = join(import.meta.dirname, '../../../../../node_modules/.bin');

const step = fc.stringMatching(/^[a-c]{1,2}$/);
const names = fc
  .uniqueArray(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 12, selector: String })
  .map((all) => all.map((steps) => steps.join('/')));

suite('registries are listed completely', () => {
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

  test('catalog: a registry that refuses the page size chooses its own', async () => {
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

  test('catalog: 413, 416 and 422 refuse the page size as well', async () => {
    for (const status of [413, 416, 422]) {
      await using registry = await scripted({
        [CATALOG]: { status },
        '/v2/_catalog': { body: { repositories: ['a'] } },
      });
      assert.deepEqual(await list('catalog', registry), ['a'], String(status));
    }
  });

  test('catalog: a full page without a Link is continued after its last name', async () => {
    for (const count of [999, 1000, 1001, 2500]) {
      const all = Array.from({ length: count }, (_, index) => `team/image-${index}`).toSorted();
      await using registry = await playDistribution(all, 1000, 'without Link');
      assert.deepEqual(await list('catalog', registry), all);
      assert.equal(registry.asked.length, Math.floor(count / 1000) + 1);
    }
  });

  test('catalog: a registry that always returns all names is listed completely', async () => {
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

suite('peculiarities of registries', () => {
  test('invalid names and a last page of null are ignored', async () => {
    await using registry = await scripted({
      [CATALOG]: {
        body: { repositories: ['p/a', 'p/', 'p/Upper', 'p', 'q/b'] },
        link: '</x>;rel=next',
      },
      '/x': { body: { repositories: null } },
    });
    assert.deepEqual(await list('catalog', registry, 'p'), ['a']);
  });

  test('google: a child that is not found stays on the list; pages, tags and invalid names are handled', async () => {
    await using registry = await scripted({
      '/v2/p/tags/list': { body: { child: ['a'], tags: ['v1'] }, link: '</v2/p/more>; rel="next"' },
      '/v2/p/more': { body: { child: ['b', '../x', 'gone'], manifest: null } },
      '/v2/p/a/tags/list': { body: { tags: ['v1'] } },
      '/v2/p/b/tags/list': { body: { child: [], manifest: {}, tags: [] } },
    });
    assert.deepEqual(await list('google', registry, 'p'), ['a', 'gone']);
  });
});
