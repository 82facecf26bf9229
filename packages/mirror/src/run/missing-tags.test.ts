import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Contents } from '@archeio/mirror-plan';
import { MissingTags } from './missing-tags.ts';

const contentsOf = (...references: readonly string[]): Contents => ({
  repository: 'app',
  tags: 0,
  passed: 0,
  manifests: [],
  facts: new Map(),
  roots: [],
  tagRecords: [],
  foreign: [],
  problems: references.map((reference) => ({ repository: 'app', reference, why: 'gone' })),
  notes: [],
});

test('a literal tag that no repository has is a problem, an unmatched pattern is not', () => {
  const missing = new MissingTags(['v1', 'v2', 'v3.*', 'latest']);
  missing.found([{ tag: 'v1' }]);
  missing.found([{ tag: 'latest' }, { tag: 'other' }]);
  const why = 'no repository has the tag "v2" listed in mirror.source.tags.include';
  assert.deepEqual(missing.problems([contentsOf(), contentsOf('v1')]), [
    { repository: '', reference: '', why },
  ]);
  // A repository whose tags could not be read may have it.
  assert.deepEqual(missing.problems([contentsOf(), contentsOf('')]), []);
});
