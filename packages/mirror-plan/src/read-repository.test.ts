import assert from 'node:assert/strict';
import { test } from 'node:test';
import { somePlatforms } from './platforms.ts';
import { readRepository } from './read-repository.ts';
import { recordKey, tagKey } from './record.ts';
import { reasonOf, type ManifestSource, type Referrers } from './source.ts';
import { described, digestOf, image, OPTIONS } from './testing/scripted-registry.ts';

const platform = (architecture: string): object => ({ platform: { os: 'linux', architecture } });

/** A registry of documents that logs requests. */
class Documents implements ManifestSource {
  readonly asked: string[] = [];
  readonly #tags: Readonly<Record<string, string>>;
  readonly #manifests: Readonly<Record<string, object>>;
  readonly #referrers: Readonly<Record<string, string>>;

  constructor(
    tags: Readonly<Record<string, string>>,
    manifests: Readonly<Record<string, object>>,
    referrers: Readonly<Record<string, string>> = {},
  ) {
    this.#tags = tags;
    this.#manifests = manifests;
    this.#referrers = referrers;
  }

  async tags() {
    if (this.#tags['broken'] !== undefined) throw new Error('no list');
    return Object.keys(this.#tags).map((tag) =>
      tag === 'listed' ? { tag, digest: digestOf(this.#tags[tag]) } : { tag },
    );
  }

  async resolve(_: string, tag: string) {
    this.asked.push(`HEAD ${tag}`);
    return { digest: digestOf(this.#tags[tag]) };
  }

  async taggedManifest(repository: string, tag: string) {
    this.asked.push(`GET ${tag}`);
    return this.manifest(repository, digestOf(this.#tags[tag]));
  }

  async manifest(_: string, digest: string) {
    const digit = digest.at(-1) ?? '';
    this.asked.push(`GET ${digit}`);
    const manifest = this.#manifests[digit];
    if (manifest === undefined) throw new Error('no manifest');
    const text = JSON.stringify(manifest);
    return { digest, text, bytes: new TextEncoder().encode(text), contentType: '' };
  }

  async referrers(_: string, digest: string): Promise<Referrers> {
    const found = this.#referrers[digest.at(-1) ?? ''];
    if (found === 'broken') throw new Error('no referrers');
    return {
      found: found === undefined ? [] : [{ mediaType: '', digest: digestOf(found), size: 1 }],
    };
  }
}

const digits = (digests: readonly { digest: string }[]): string =>
  digests
    .map(({ digest }) => digest.at(-1) ?? '')
    .toSorted((one, other) => one.localeCompare(other))
    .join('');

test('an index, its images and their blobs are read once each', async () => {
  const source = new Documents(
    { v1: '1', v2: '1', listed: '3' },
    { 1: { manifests: [described('2'), described('3')] }, 2: image('a', 'b'), 3: image('b', 'c') },
  );
  const contents = await readRepository(source, 'r', OPTIONS);
  assert.deepEqual(source.asked.toSorted(), ['GET 1', 'GET 2', 'GET 3', 'HEAD v1', 'HEAD v2']);
  assert.equal(digits(contents.manifests), '123');
  const index = contents.manifests.find(({ digest }) => digest === digestOf('1'));
  assert.deepEqual(index?.children, [digestOf('2'), digestOf('3')]);
  assert.equal(index?.record, recordKey('s', digestOf('1')));
  assert.equal(digits(contents.manifests.flatMap(({ blobs }) => blobs)), 'abbc');
  assert.deepEqual([contents.tags, contents.passed, contents.problems], [3, 0, []]);
});

test('with selected platforms, the rest is left out and the record says so', async () => {
  const source = new Documents(
    { v1: '1' },
    {
      1: { manifests: [described('2', platform('amd64')), described('3', platform('arm'))] },
      2: image('a'),
    },
  );
  const platforms = somePlatforms(['linux/amd64']);
  const contents = await readRepository(source, 'r', { ...OPTIONS, platforms });
  const [index, amd64] = contents.manifests;
  assert.equal(index.record, recordKey('s', digestOf('1'), '+linux-amd64'));
  assert.equal(amd64.record, recordKey('s', digestOf('2')));

  const recorded = (record: string) => (key: string) => key === record;
  for (const record of [index.record, recordKey('s', digestOf('1'))]) {
    const second = await readRepository(source, 'r', {
      ...OPTIONS,
      platforms,
      isRecorded: recorded(record),
    });
    assert.deepEqual([second.passed, second.manifests], [1, []]);
  }
  const all = await readRepository(source, 'r', { ...OPTIONS, isRecorded: recorded(index.record) });
  assert.equal(all.passed, 0);
});

test('a recorded image below an index is skipped, and not waited for', async () => {
  const source = new Documents(
    { v1: '1' },
    { 1: { manifests: [described('2'), described('3')] }, 3: image('b') },
  );
  const isRecorded = (key: string): boolean => key === recordKey('s', digestOf('2'));
  const contents = await readRepository(source, 'r', { ...OPTIONS, isRecorded });
  assert.deepEqual(contents.manifests[0].children, [digestOf('3')]);
  assert.equal(contents.passed, 1);
});

test('a tag that never moves is not requested again', async () => {
  const source = new Documents({ v1: '1' }, { 1: image('a') });
  const first = await readRepository(source, 'r', { ...OPTIONS, isImmutable: () => true });
  assert.deepEqual(first.tagRecords, [{ record: tagKey('s', 'r', 'v1'), digest: digestOf('1') }]);
  source.asked.length = 0;
  const isRecorded = (key: string): boolean => key === tagKey('s', 'r', 'v1');
  const second = await readRepository(source, 'r', {
    ...OPTIONS,
    isImmutable: () => true,
    isRecorded,
  });
  assert.deepEqual([source.asked, second.passed], [[], 1]);
});

test('a tag is not recorded if its manifest could not be read, by any tag', async () => {
  const source = new Documents({ v1: '1', v2: '1' }, {});
  const { tagRecords, problems } = await readRepository(source, 'r', {
    ...OPTIONS,
    isImmutable: () => true,
  });
  assert.deepEqual(tagRecords, []);
  assert.deepEqual(
    problems.toSorted((a, b) => (a.reference < b.reference ? -1 : 1)),
    ['v1', 'v2'].map((reference) => ({ repository: 'r', reference, why: 'no manifest' })),
  );
});

test('failures are reported, and the rest is read', async () => {
  const source = new Documents(
    { v1: '1', v2: '4', v3: '5' },
    {
      1: { manifests: [described('2'), described('3')] },
      3: image('b'),
      4: { neither: true },
      5: { layers: [{ digest: 'blake3:' + 'a'.repeat(64), size: 1 }] },
    },
    { 3: 'broken' },
  );
  const contents = await readRepository(source, 'r', { ...OPTIONS, referrers: true });
  assert.equal(digits(contents.manifests.flatMap(({ blobs }) => blobs)), 'b');
  assert.deepEqual(
    contents.problems.map(({ reference, why }) => `${reference}: ${why}`.slice(0, 100)).toSorted(),
    [
      `referrers of ${digestOf('3')}: no referrers`,
      `${digestOf('2')}: no manifest`,
      'v2: cannot read manifest: expected either manifests, or config and layers',
      `v3: cannot verify digest "blake3:${'a'.repeat(64)}": expected sha256 or sha512`.slice(
        0,
        100,
      ),
    ],
  );
  const broken = await readRepository(new Documents({ broken: '' }, {}), 'r', OPTIONS);
  assert.deepEqual(broken.problems, [{ repository: 'r', reference: '', why: 'no list' }]);
  // The repository may not exist, so a plan does not count it.
  assert.equal(broken.repository, '');
});

test('referrers are read by API, with their own referrers', async () => {
  const source = new Documents(
    { v1: '1' },
    { 1: image('a'), 2: image('b'), 3: image('c') },
    { 1: '2', 2: '3', 3: '1' },
  );
  const contents = await readRepository(source, 'r', { ...OPTIONS, referrers: true });
  assert.equal(digits(contents.manifests), '123');
});

test('a manifest waits for its referrers, since they are not requested once it is recorded', async () => {
  const manifests = { 1: image('a'), 2: image('b'), 3: image('c') };
  const childrenOf = async (
    referrers: Readonly<Record<string, string>>,
    isRecorded: (record: string) => boolean = () => false,
  ) => {
    const source = new Documents({ v1: '1' }, manifests, referrers);
    const options = { ...OPTIONS, referrers: true, isRecorded };
    return (await readRepository(source, 'r', options)).manifests.map(({ children }) => children);
  };
  const [two, three] = ['2', '3'].map((digit) => digestOf(digit));
  assert.deepEqual(await childrenOf({ 1: '2', 2: '3' }), [[two], [three], []]);
  const isRecorded = (record: string): boolean => record === recordKey('s', two);
  assert.deepEqual(await childrenOf({ 1: '2' }, isRecorded), [[]]);
  assert.deepEqual(await childrenOf({ 1: 'broken' }), [[`referrers of ${digestOf('1')}`]]);
});

test('signatures by tag are read with their subjects, and no others', async () => {
  const of = (digit: string, suffix = ''): string => `sha256-${digit.repeat(64)}${suffix}`;
  const source = new Documents(
    { v1: '1', [of('1', '.sig')]: '2', [of('2')]: '3', [of('9', '.att')]: '4' },
    { 1: image('a'), 2: image('b'), 3: { manifests: [described('5')] }, 5: image('c') },
  );
  const contents = await readRepository(source, 'r', OPTIONS);
  assert.equal(digits(contents.manifests), '1235');
  assert.deepEqual(contents.problems, []);
});

test('an image signed after its index was recorded is still found', async () => {
  const signature = `sha256-${'2'.repeat(64)}.sig`;
  const source = new Documents(
    { v1: '1', [signature]: '3', [`sha256-${'9'.repeat(64)}.sig`]: '4' },
    { 3: image('c') },
  );
  const isRecorded = (key: string): boolean =>
    [recordKey('s', digestOf('1')), recordKey('s', digestOf('2'))].includes(key);
  const contents = await readRepository(source, 'r', { ...OPTIONS, isRecorded });
  assert.equal(digits(contents.manifests), '3');
  assert.deepEqual(source.asked.toSorted(), ['GET 3', `HEAD ${signature}`, 'HEAD v1']);
});

test('foreign layers are reported, not copied', async () => {
  const foreign = described('f', { urls: ['https://elsewhere.example/f'] });
  const source = new Documents(
    { v1: '1', v2: '2' },
    { 1: { layers: [foreign, described('a')] }, 2: { layers: [foreign] } },
  );
  const contents = await readRepository(source, 'r', OPTIONS);
  assert.equal(digits(contents.foreign), 'f');
  assert.equal(digits(contents.manifests.flatMap(({ blobs }) => blobs)), 'a');
});

test("entries of a build cache's index are blobs", async () => {
  const layer = described('a', { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' });
  const source = new Documents(
    { v1: '1' },
    { 1: { manifests: [layer, described('2')] }, 2: image('b') },
  );
  const { manifests, problems } = await readRepository(source, 'r', OPTIONS);
  assert.deepEqual(
    manifests.map(({ children, blobs }) => [children, digits(blobs)]),
    [
      [[digestOf('2')], 'a'],
      [[], 'b'],
    ],
  );
  assert.deepEqual(problems, []);
});

test('a reason is one line, whatever was thrown', () => {
  assert.equal(reasonOf(new Error('why')), 'why');
  assert.equal(reasonOf('plain'), 'plain');
});
