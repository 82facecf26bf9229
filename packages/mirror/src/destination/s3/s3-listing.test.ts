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

test('the objects of all pages, in the order of their bytes', async () => {
  assert.deepEqual(await keysOf([more('1', 'a', 'b'), more('2'), last('c')]), ['a', 'b', 'c']);
  // UTF-16 would have them the other way round.
  assert.deepEqual(await keysOf([last('\u{ffee}', '\u{1f600}')]), ['\u{ffee}', '\u{1f600}']);
  assert.deepEqual(await keysOf([{ KeyCount: 0 }]), []);
  assert.deepEqual(await keysOf([{ ...last('a'), KeyCount: 1, NextContinuationToken: '' }]), ['a']);
  const unordered: ListingOptions = { prefix: PREFIX, order: 'none' };
  assert.deepEqual(await keysOf([more('1', 'b', 'c'), last('a')], unordered), ['b', 'c', 'a']);
});

for (const [what, pages, why, options] of [
  // rustfs/rustfs#1596, minio/mc#3067
  ['more, and no token', [{ ...last('a'), IsTruncated: true }], /no NextContinuationToken/],
  [
    'a token, and not whether there are more',
    [{ ...more('1', 'a'), IsTruncated: undefined }],
    /is truncated/,
  ],
  [
    'a token, and that there are no more',
    [{ ...more('1', 'a'), IsTruncated: false }],
    /is truncated/,
  ],
  ['a token that comes again', [more('1', 'a'), more('1', 'b')], /lead back/],
  ['a token of a page before', [more('1', 'a'), more('2', 'b'), more('1', 'c')], /lead back/],
  [
    'the same page again',
    [more('1', 'a', 'b'), last('a', 'b')],
    /"[^"]*\/a" comes after "[^"]*\/b"/,
  ],
  ['a key twice', [last('a', 'a')], /\/a" comes after/],
  ['keys in no order', [more('1', 'b'), last('a')], /\/a" comes after/],
  [
    'the first page again, without an order',
    [more('1', 'b', 'a'), last('b', 'a')],
    /first page/,
    'none',
  ],
  [
    'a key outside the prefix',
    [{ ...last(), Contents: [{ ...contents('a')[0], Key: 'b' }] }],
    /"b", which does not begin/,
  ],
  ['another number of keys', [{ ...last('a'), KeyCount: 2 }], /KeyCount 2, and has 1/],
  [
    'a key without a name',
    [{ ...last(), Contents: [{ Size: 1, LastModified: new Date(0) }] }],
    /no Key/,
  ],
  [
    'a key without a size',
    [{ ...last(), Contents: [{ ...contents('a')[0], Size: undefined }] }],
    /no Key, Size/,
  ],
  [
    'a key without a time',
    [{ ...last(), Contents: [{ Key: `${PREFIX}a`, Size: 1 }] }],
    /LastModified/,
  ],
  ['an answer that is no list', [more('1', 'a'), {}], /no ListBucketResult/],
  ['empty pages without end', Array.from({ length: 1001 }, (_, at) => more(`${at}`)), /1000 pages/],
] as const satisfies readonly (readonly [string, readonly Page[], RegExp, 'none'?])[]) {
  test(`no list of objects is whole that has ${what}`, async () => {
    await assert.rejects(
      keysOf(pages, { prefix: PREFIX, order: options ?? 'bytes' }),
      (error: Error) => {
        assert.match(error.message, /^the list is not whole: /);
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

test('the uploads of all pages, several of one key among them', async () => {
  const pages: UploadPage[] = [
    { IsTruncated: true, NextKeyMarker: 'a', NextUploadIdMarker: '1', Uploads: uploads('a', '1') },
    { IsTruncated: true, NextKeyMarker: 'a', NextUploadIdMarker: '2', Uploads: uploads('a', '2') },
    { IsTruncated: false, Uploads: uploads('b', '3') },
  ];
  assert.deepEqual(await uploadsOf(pages), ['1', '2', '3']);
  assert.deepEqual(await uploadsOf([{}]), []);
});

test('an upload without a date counts as one that another run is at', async () => {
  const Uploads = [{ Key: `${PREFIX}a`, UploadId: '1' }];
  for await (const { begun } of listUploads(async () => ({ Uploads }), PREFIX))
    assert.ok(begun > Date.now() - 60_000);
});

for (const [what, pages, why] of [
  ['more, and no marker', [{ IsTruncated: true, Uploads: uploads('a', '1') }], /no NextKeyMarker/],
  [
    'markers that come again',
    ['1', '2'].map((id) => ({ IsTruncated: true, NextKeyMarker: 'a', Uploads: uploads('a', id) })),
    /lead back/,
  ],
  ['a key outside the prefix', [{ Uploads: [{ Key: 'b', UploadId: '1' }] }], /does not begin/],
] as const satisfies readonly (readonly [string, readonly UploadPage[], RegExp])[]) {
  test(`no list of uploads is whole that has ${what}`, async () => {
    await assert.rejects(uploadsOf(pages), why);
  });
}
