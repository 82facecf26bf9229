import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ListingOptions, listObjects, listUploads } from './s3-listing.ts';

const PREFIX = 'containers/images/';
const ORDERED: ListingOptions = { prefix: PREFIX, order: 'bytes' };

type Page = Awaited<ReturnType<Parameters<typeof listObjects>[0]>>;
type UploadPage = Awaited<ReturnType<Parameters<typeof listUploads>[0]>>;

const contents = (...names: string[]): NonNullable<Page['Contents']> =>
  names.map((name) => ({ Key: `${PREFIX}${name}`, Size: 1, LastModified: new Date(0) }));
const more = (token: string, ...names: string[]): Page => ({
  IsTruncated: true,
  NextContinuationToken: token,
  Contents: contents(...names),
});
const last = (...names: string[]): Page => ({ IsTruncated: false, Contents: contents(...names) });

async function keysOf(pages: readonly Page[], options = ORDERED): Promise<string[]> {
  const keys: string[] = [];
  let asked = 0;
  for await (const page of listObjects(
    async () => pages[asked++] ?? assert.fail('one page more'),
    options,
  ))
    keys.push(...page.map(({ Key }) => Key.slice(PREFIX.length)));
  return keys;
}

test('the objects of all pages are listed, in byte order', async () => {
  assert.deepEqual(await keysOf([more('1', 'a', 'b'), more('2'), last('c')]), ['a', 'b', 'c']);
  // UTF-16 order would reverse them.
  assert.deepEqual(await keysOf([last('\u{ffee}', '\u{1f600}')]), ['\u{ffee}', '\u{1f600}']);
  assert.deepEqual(await keysOf([{ KeyCount: 0 }]), []);
  assert.deepEqual(await keysOf([{ ...last('a'), KeyCount: 1, NextContinuationToken: '' }]), ['a']);
  const unordered: ListingOptions = { prefix: PREFIX, order: 'none' };
  assert.deepEqual(await keysOf([more('1', 'b', 'c'), last('a')], unordered), ['b', 'c', 'a']);
});

for (const [what, pages, why, options] of [
  // rustfs/rustfs#1596, minio/mc#3067
  ['truncated, without a token', [{ ...last('a'), IsTruncated: true }], /no NextContinuationToken/],
  [
    'a token, but no IsTruncated',
    [{ ...more('1', 'a'), IsTruncated: undefined }],
    /is not truncated/,
  ],
  ['a token, but not truncated', [{ ...more('1', 'a'), IsTruncated: false }], /is not truncated/],
  ['a repeated token', [more('1', 'a'), more('1', 'b')], /form a loop/],
  ["an earlier page's token", [more('1', 'a'), more('2', 'b'), more('1', 'c')], /form a loop/],
  [
    'the same page twice',
    [more('1', 'a', 'b'), last('a', 'b')],
    /"[^"]*\/a" comes after "[^"]*\/b"/,
  ],
  ['a key twice', [last('a', 'a')], /\/a" comes after/],
  ['unsorted keys', [more('1', 'b'), last('a')], /\/a" comes after/],
  [
    'the first page again, in an unordered bucket',
    [more('1', 'b', 'a'), last('b', 'a')],
    /first page/,
    'none',
  ],
  [
    'a key outside the prefix',
    [{ ...last(), Contents: [{ ...contents('a')[0], Key: 'b' }] }],
    /"b", which does not begin/,
  ],
  ['a wrong number of keys', [{ ...last('a'), KeyCount: 2 }], /KeyCount 2 but 1 entries/],
  [
    'a key without a name',
    [{ ...last(), Contents: [{ Size: 1, LastModified: new Date(0) }] }],
    /lacks Key/,
  ],
  [
    'a key without a size',
    [{ ...last(), Contents: [{ ...contents('a')[0], Size: undefined }] }],
    /lacks Key, Size/,
  ],
  [
    'a key without a time',
    [{ ...last(), Contents: [{ Key: `${PREFIX}a`, Size: 1 }] }],
    /LastModified/,
  ],
  ['an answer that is not a listing', [more('1', 'a'), {}], /not a ListBucketResult/],
  ['endless empty pages', Array.from({ length: 1001 }, (_, at) => more(`${at}`)), /1000 pages/],
] as const satisfies readonly (readonly [string, readonly Page[], RegExp, 'none'?])[]) {
  test(`a listing of objects is rejected: ${what}`, async () => {
    await assert.rejects(
      keysOf(pages, { prefix: PREFIX, order: options ?? 'bytes' }),
      (error: Error) => {
        assert.match(error.message, /^the listing is inconsistent: /);
        assert.match(error.message, why);
        return true;
      },
    );
  });
}

async function uploadsOf(pages: readonly UploadPage[]): Promise<string[]> {
  const ids: string[] = [];
  let asked = 0;
  for await (const { UploadId } of listUploads(
    async () => pages[asked++] ?? assert.fail('one page more'),
    PREFIX,
  ))
    ids.push(UploadId);
  return ids;
}

const uploads = (key: string, ...ids: string[]): NonNullable<UploadPage['Uploads']> =>
  ids.map((UploadId) => ({ Key: `${PREFIX}${key}`, UploadId, Initiated: new Date(0) }));

test('the uploads of all pages are listed, including several of one key', async () => {
  const pages: UploadPage[] = [
    { IsTruncated: true, NextKeyMarker: 'a', NextUploadIdMarker: '1', Uploads: uploads('a', '1') },
    { IsTruncated: true, NextKeyMarker: 'a', NextUploadIdMarker: '2', Uploads: uploads('a', '2') },
    { IsTruncated: false, Uploads: uploads('b', '3') },
  ];
  assert.deepEqual(await uploadsOf(pages), ['1', '2', '3']);
  assert.deepEqual(await uploadsOf([{}]), []);
});

test('an upload without a date counts as active', async () => {
  const Uploads = [{ Key: `${PREFIX}a`, UploadId: '1' }];
  for await (const { begun } of listUploads(async () => ({ Uploads }), PREFIX))
    assert.ok(begun > Date.now() - 60_000);
});

for (const [what, pages, why] of [
  [
    'truncated, without a marker',
    [{ IsTruncated: true, Uploads: uploads('a', '1') }],
    /no NextKeyMarker/,
  ],
  [
    'repeated markers',
    ['1', '2'].map((id) => ({ IsTruncated: true, NextKeyMarker: 'a', Uploads: uploads('a', id) })),
    /form a loop/,
  ],
  ['a key outside the prefix', [{ Uploads: [{ Key: 'b', UploadId: '1' }] }], /does not begin/],
] as const satisfies readonly (readonly [string, readonly UploadPage[], RegExp])[]) {
  test(`a listing of uploads is rejected: ${what}`, async () => {
    await assert.rejects(uploadsOf(pages), why);
  });
}
