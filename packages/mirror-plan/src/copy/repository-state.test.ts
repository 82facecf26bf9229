import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatState, NO_STATE, parseState, type RepositoryState } from './repository-state.ts';

const STATE: RepositoryState = {
  tags: new Map([
    ['v2', { digest: 'd2', version: '"2"' }],
    ['v1', { digest: 'd1' }],
  ]),
  manifests: new Map([
    ['d2', { mediaType: 'x', size: 2, entries: ['d1'] }],
    ['d1', { mediaType: 'x', size: 1, entries: [], referrer: { subject: 'd2' } }],
  ]),
  hasBlobs: true,
};

test('a state is read as it was written, and the same state gives the same text', () => {
  const text = formatState(STATE);
  assert.deepEqual(parseState(text), STATE);
  const reversed = { ...STATE, tags: new Map([...STATE.tags].toReversed()) };
  assert.equal(formatState(reversed), text);
  assert.deepEqual(parseState(formatState(NO_STATE)), NO_STATE);
});

test('what cannot be read is no state, and entries that cannot be read are left out', () => {
  for (const text of ['', '{', '[]', 'null', '{"version":2}', '{"version":1,"tags":{}}'])
    assert.equal(parseState(text), undefined, text);
  const text = JSON.stringify({
    version: 1,
    tags: { v1: { digest: 'd' }, v2: {}, v3: 'd' },
    manifests: { d: { mediaType: 'x', size: 1, entries: [] }, e: { size: 1 }, f: [] },
  });
  assert.deepEqual(parseState(text), {
    tags: new Map([['v1', { digest: 'd' }]]),
    manifests: new Map([['d', { mediaType: 'x', size: 1, entries: [] }]]),
    hasBlobs: false,
  });
});
