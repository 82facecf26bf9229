import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scripted } from './testing/fake-registry.ts';
import { CATALOG, problemOf } from './testing/listing.ts';

const THOUSAND = Array.from({ length: 1000 }, (_, index) => `i${index}`);

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
  test(`${method}, ${what}: an error, never an incomplete list`, async () => {
    await using registry = await scripted(answers);
    const problem: Record<string, unknown> = await problemOf(method, registry);
    for (const [key, value] of Object.entries(expected)) {
      if (value instanceof RegExp) assert.match(String(problem[key]), value);
      else assert.equal(problem[key], value);
    }
  });
}

test('too many names or folders', async () => {
  const many = Array.from({ length: 250_001 }, (_, index) => `i${index}`);
  await using registry = await scripted({
    [CATALOG]: { body: { repositories: many } },
    '/v2/tags/list': { body: { child: many } },
  });
  assert.match((await problemOf('catalog', registry)).message, /more than 250000 repositories/);
  assert.match((await problemOf('google', registry)).message, /more than 250000 repositories/);
  assert.equal(registry.asked.length, 2);
});

test('a refused connection', async () => {
  const registry = await scripted({});
  await registry[Symbol.asyncDispose]();
  assert.match(
    (await problemOf('catalog', registry)).message,
    /: connection refused \(ECONNREFUSED\)$/,
  );
});
