import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { rawStore } from '../../backends/client/testing/fake-store.ts';
import { PageReader } from './page-reader.ts';
import { scripted } from './testing/fake-registry.ts';

suite('limits of a page', () => {
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

  test('time, for an upstream that never answers', async () => {
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
