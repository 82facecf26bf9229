import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Contents } from './contents.ts';
import { somePlatforms } from './platforms.ts';
import { readRepository } from './read-repository.ts';
import { recordKey, tagKey } from './record.ts';
import type { ManifestSource } from './source.ts';
import {
  described,
  digestOf,
  image,
  INDEX,
  index,
  on,
  OPTIONS,
  ScriptedRegistry as Registry,
} from './testing/scripted-registry.ts';

/** Which manifests are read, and repositories whose registry contradicts itself. */

/** The digits of digests, in order. */
const digits = (digests: readonly { readonly digest: string }[]): string =>
  digests
    .map(({ digest }) => digest.at(-1) ?? '')
    .toSorted((one, other) => one.localeCompare(other))
    .join('');
const namesOf = ({ manifests }: Contents): string => digits(manifests);
const blobsOf = ({ manifests }: Contents): string =>
  digits(manifests.flatMap(({ blobs }) => blobs));

test('an index without any of the selected platforms is a problem and has no record', async () => {
  const platforms = somePlatforms(['linux/arm64/v8', 'linux/s390x']);
  const registry = new Registry(
    { 1: index(on('2', 'amd64'), on('3', 'arm', 'v7')), 4: index(on('5', 'arm64')), 5: image('a') },
    { v1: '1', v2: '4' },
  );
  const options = { ...OPTIONS, platforms, isImmutable: () => true };
  const contents = await readRepository(registry, 'r', options);
  assert.deepEqual(contents.problems, [
    {
      repository: 'r',
      reference: 'v1',
      why: 'has nothing for mirror.source.platforms (linux/arm64/v8, linux/s390x), only for linux/amd64, linux/arm/v7: add a platform, or exclude the tag',
    },
  ]);
  assert.equal(blobsOf(contents), 'a');
  assert.equal(namesOf(contents), '45');
  assert.deepEqual(
    contents.tagRecords.map(({ record }) => record),
    [tagKey('s', 'r', 'v2', platforms.suffix)],
  );
});

test('nested indexes count together', async () => {
  const nested = (digit: string): object => described(digit, { mediaType: INDEX });
  const manifests = {
    1: index(nested('2'), nested('3')),
    2: index(on('4', 'amd64')),
    3: index(on('5', 'arm64')),
    5: image('a'),
    6: index(nested('2')),
    7: index(),
    8: index(described('5')),
  };
  const registry = new Registry(manifests, { both: '1', none: '6', empty: '7', artifact: '8' });
  const options = { ...OPTIONS, platforms: somePlatforms(['linux/arm64']) };
  const { problems, manifests: read } = await readRepository(registry, 'r', options);
  assert.deepEqual(
    problems.map(({ reference }) => reference),
    ['none'],
  );
  // It does not wait for an index in which nothing was selected.
  assert.deepEqual(read.find(({ digest }) => digest === digestOf('1'))?.children, [digestOf('3')]);
});

test('a message names only some of many platforms', async () => {
  const many = Array.from({ length: 11 }, (_, at) => on('2', `cpu${at}`));
  const registry = new Registry({ 1: index(...many) }, { v1: '1' });
  const options = { ...OPTIONS, platforms: somePlatforms(['linux/amd64']) };
  const [{ why }] = (await readRepository(registry, 'r', options)).problems;
  assert.match(why, /linux\/cpu6, linux\/cpu7 and 3 more: /);
  const about = { annotations: { 'vnd.docker.reference.digest': digestOf('9') } };
  const attestations = new Registry(
    { 1: index(on('2', 'unknown', ''), described('3', about)) },
    {
      v1: '1',
    },
  );
  assert.equal((await readRepository(attestations, 'r', options)).problems.length, 1);
});

test('a tag whose digest is missing is read by tag', async () => {
  // distribution/distribution#2395: HEAD named a digest of another media type.
  const registry = new Registry({ 1: image('a'), 2: image('b') }, { v1: '1', v2: '2', v3: '9' });
  registry.heads['v1'] = '8';
  registry.heads['v2'] = '8';
  registry.heads['v3'] = '8';
  const options = { ...OPTIONS, isImmutable: () => true };
  const contents = await readRepository(registry, 'r', options);
  assert.equal(namesOf(contents), '12');
  assert.equal(contents.tagRecords.length, 2);
  // The answer for the digest is more specific than that for the tag.
  assert.deepEqual(contents.problems, [{ repository: 'r', reference: 'v3', why: '8 is missing' }]);
});

// podman-container-tools/skopeo#1466, goharbor/harbor#5166
test('a tag deleted after the listing is noted, and one that reappears is read', async () => {
  const registry = new Registry({ 1: image('a'), 2: image('b') }, { v1: '1', v2: '8', v3: '9' });
  const listed = registry.listed;
  let lists = 0;
  registry.tags = async () => {
    if (++lists === 1) return listed;
    // Now one tag is gone, and the other names its new manifest.
    registry.heads['v2'] = '2';
    return listed.filter(({ tag }) => tag !== 'v3');
  };
  const contents = await readRepository(registry, 'r', OPTIONS);
  assert.deepEqual([namesOf(contents), contents.problems, lists], ['12', [], 2]);
  assert.deepEqual(contents.notes, [
    { repository: 'r', reference: 'v3', why: 'was deleted while the repository was read' },
  ]);
});

test('a missing tag is a problem if it is still listed, or if the list cannot be read', async () => {
  const problem = { repository: 'r', reference: 'v2', why: '9 is missing' };
  for (const fails of [false, true]) {
    const registry = new Registry({ 1: image('a') }, { v1: '1', v2: '9' });
    const { listed } = registry;
    let lists = 0;
    registry.tags = async () => {
      if (++lists > 1 && fails) throw new Error('busy');
      return listed;
    };
    const contents = await readRepository(registry, 'r', OPTIONS);
    assert.deepEqual([contents.problems, contents.notes, lists], [[problem], [], 2]);
  }
});

test('a tag that moves while it is read is mirrored at its new digest', async () => {
  const registry = new Registry({ 2: image('b') }, { v1: '1' });
  registry.tagged['v1'] = '2';
  const contents = await readRepository(registry, 'r', OPTIONS);
  assert.deepEqual([blobsOf(contents), contents.problems], ['b', []]);
});

test('a manifest that was read to find its digest is not read again', async () => {
  const registry = new Registry({ 1: image('a') }, { v1: '1' });
  const source: ManifestSource = {
    tags: () => registry.tags(),
    resolve: async (repository, tag) => {
      const manifest = await registry.taggedManifest(repository, tag);
      return { digest: manifest.digest, manifest };
    },
    manifest: (repository, digest) => registry.manifest(repository, digest),
    taggedManifest: (repository, tag) => registry.taggedManifest(repository, tag),
    referrers: (repository, digest) => registry.referrers(repository, digest),
  };
  assert.equal(blobsOf(await readRepository(source, 'r', OPTIONS)), 'a');
  assert.deepEqual(registry.asked, ['v1', '1']);
});

test('a missing referrer is noted, and its subject is complete without it', async () => {
  const registry = new Registry({ 1: image('a'), 3: image('c') }, { v1: '1' });
  registry.refers = { 1: ['2', '3'], 3: ['2'] };
  const options = { ...OPTIONS, referrers: true };
  const { manifests, problems, notes } = await readRepository(registry, 'r', options);
  assert.deepEqual(problems, []);
  assert.deepEqual(notes, [
    {
      repository: 'r',
      reference: digestOf('2'),
      why: 'is listed as a referrer but is missing: 2 is missing',
    },
  ]);
  assert.deepEqual(
    manifests.map(({ children }) => children),
    [[digestOf('3')], []],
  );
});

test('a referrer that cannot be read is a problem, and its subject waits for it', async () => {
  const registry = new Registry({ 1: image('a') }, { v1: '1' });
  registry.refers = { 1: ['2'] };
  const options = { ...OPTIONS, referrers: true, isGone: () => false };
  const { manifests, problems, notes } = await readRepository(registry, 'r', options);
  assert.deepEqual(problems, [{ repository: 'r', reference: digestOf('2'), why: '2 is missing' }]);
  assert.deepEqual([manifests[0].children, notes], [[digestOf('2')], []]);
});

test('a missing entry of a referrers list under a tag is noted too, and only there', async () => {
  const list = `sha256-${'1'.repeat(64)}`;
  const registry = new Registry(
    { 1: image('a'), 4: index(described('2'), described('3')), 3: image('c') },
    { v1: '1', [list]: '4' },
  );
  const contents = await readRepository(registry, 'r', OPTIONS);
  assert.deepEqual(contents.problems, []);
  assert.equal(contents.notes.length, 1);
  assert.deepEqual(contents.manifests.find(({ digest }) => digest === digestOf('4'))?.children, [
    digestOf('3'),
  ]);

  // An ordinary index that names it is incomplete.
  registry.heads['v2'] = '5';
  registry.listed.push({ tag: 'v2' });
  Object.assign(registry.manifests, { 5: index(described('2')) });
  const { problems } = await readRepository(registry, 'r', OPTIONS);
  assert.deepEqual(problems, [{ repository: 'r', reference: digestOf('2'), why: '2 is missing' }]);
});

test('a registry that refuses the referrers API is noted', async () => {
  const registry = new Registry({ 1: image('a') }, { v1: '1' });
  registry.refused = 'refused';
  const options = { ...OPTIONS, referrers: true };
  const { notes } = await readRepository(registry, 'r', options);
  assert.deepEqual(notes, [{ repository: 'r', reference: '', why: 'refused' }]);
});

test('a tag listed with a digest counts by that digest, even if its record says that it never moves', async () => {
  const registry = new Registry({ 1: image('a'), 2: image('b') }, {});
  registry.listed = ['1', '2'].map((digit) => ({ tag: 'v1', digest: digestOf(digit) }));
  const recorded = new Set([tagKey('s', 'r', 'v1'), recordKey('s', digestOf('1'))]);
  const contents = await readRepository(registry, 'r', {
    ...OPTIONS,
    isImmutable: () => true,
    isRecorded: (record) => recorded.has(record),
  });
  assert.deepEqual([blobsOf(contents), contents.passed], ['b', 1]);
});

test('a manifest that states two sizes for one blob is a problem', async () => {
  const layers = [described('a'), described('a', { size: 6 })];
  const registry = new Registry({ 1: { layers }, 2: image('a', 'a') }, { v1: '1', v2: '2' });
  const contents = await readRepository(registry, 'r', OPTIONS);
  assert.equal(blobsOf(contents), 'a');
  assert.deepEqual(contents.problems, [
    {
      repository: 'r',
      reference: 'v1',
      why: `cannot read manifest: it states two sizes for ${digestOf('a')}, 5 and 6`,
    },
  ]);
});

test('nothing that refers to a partially selected index gets a record for all platforms', async () => {
  const nested = described('2', { mediaType: INDEX });
  const manifests = {
    1: index(nested),
    2: index(on('3', 'amd64'), on('4', 'arm64')),
    3: image('a'),
    5: image('b'),
    6: index(described('5')),
  };
  const platforms = somePlatforms(['linux/amd64']);
  const registry = new Registry(manifests, { v1: '1', v2: '5', v3: '6' });
  // An image that a multi-platform index refers to.
  registry.refers = { 5: ['2'] };
  const options = { ...OPTIONS, platforms, referrers: true };
  const recordsOf = ({ manifests: read }: Contents): string[] =>
    read.map(({ record }) => record).toSorted();
  const all = ['1', '2', '5', '6'].map((digit) =>
    recordKey('s', digestOf(digit), platforms.suffix),
  );
  const expected = [...all, recordKey('s', digestOf('3'))].toSorted();
  assert.deepEqual(recordsOf(await readRepository(registry, 'r', options)), expected);

  // The same if the index is recorded already.
  const isRecorded = (record: string): boolean => record === all[1];
  const second = await readRepository(registry, 'r', { ...options, isRecorded });
  assert.deepEqual(recordsOf(second), [all[0], all[2], all[3]].toSorted());
});
