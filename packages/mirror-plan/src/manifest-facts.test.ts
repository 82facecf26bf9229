import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseManifest } from '@archeio/oci-distribution';
import {
  manifestFacts,
  type ManifestFacts,
  referrerFacts,
  withoutEntries,
} from './manifest-facts.ts';
import { referrersLists } from './copy/referrers-lists.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const subject = { mediaType: 'x/y', digest: DIGEST, size: 1 };
const factsOf = (document: object): unknown => {
  const text = JSON.stringify(document);
  return referrerFacts(text, parseManifest(text));
};

test('a referrer has its artifact type, or the media type of its configuration, and its annotations', () => {
  const config = { mediaType: 'a/config', digest: DIGEST, size: 2 };
  assert.deepEqual(
    factsOf({ config, layers: [], subject, artifactType: 'a/b', annotations: { x: 'y', z: 1 } }),
    { subject: DIGEST, artifactType: 'a/b', annotations: { x: 'y' } },
  );
  assert.deepEqual(factsOf({ config, layers: [], subject, artifactType: '' }), {
    subject: DIGEST,
    artifactType: 'a/config',
  });
  assert.deepEqual(factsOf({ manifests: [], subject }), { subject: DIGEST });
  assert.equal(factsOf({ layers: [] }), undefined);
  assert.equal(factsOf({ schemaVersion: 1, fsLayers: [] }), undefined);
});

test('lists of referrers, by subject and in a fixed order', () => {
  const facts = (more: object): ManifestFacts => ({
    mediaType: 'm',
    size: 1,
    entries: [],
    ...more,
  });
  const one = facts({ referrer: { subject: 's', artifactType: 'a', annotations: { x: 'y' } } });
  const two = facts({ referrer: { subject: 's' } });
  const lists = referrersLists(
    new Map([
      ['b', one],
      ['s', facts({})],
      ['a', two],
      ['c', facts({ referrer: { subject: 'b' } })],
    ]),
  );
  const listed = (key: string): unknown => JSON.parse(lists.get(key) ?? '').manifests;
  assert.deepEqual([...lists.keys()].toSorted(), ['b', 's']);
  assert.deepEqual(listed('s'), [
    { mediaType: 'm', digest: 'a', size: 1 },
    { mediaType: 'm', digest: 'b', size: 1, artifactType: 'a', annotations: { x: 'y' } },
  ]);
  assert.deepEqual(listed('b'), [{ mediaType: 'm', digest: 'c', size: 1 }]);
});

test('what a copy knows of a manifest, and entries that do not exist', () => {
  const text = JSON.stringify({ manifests: [], subject });
  const bytes = new TextEncoder().encode(text);
  const facts = manifestFacts({ text, bytes }, parseManifest(text), ['a', 'b']);
  assert.deepEqual(facts, {
    mediaType: 'application/vnd.oci.image.index.v1+json',
    size: bytes.length,
    entries: ['a', 'b'],
    referrer: { subject: DIGEST },
  });
  const all = new Map([['d', facts]]);
  assert.equal(withoutEntries(all, new Set()), all);
  assert.deepEqual(withoutEntries(all, new Set(['a'])).get('d')?.entries, ['b']);
});
