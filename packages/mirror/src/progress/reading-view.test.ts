import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reading, readingView } from './reading-view.ts';

test('while the source is read, the view shows repositories, manifests and current names', () => {
  const reading = new Reading(4);
  const view = readingView(reading);
  assert.equal(view.line(), 'reading the source: 0/4 repositories, 0 manifests');
  reading.current.begin('team/app');
  reading.repositories = 1;
  reading.manifests = 1;
  assert.equal(view.line(), 'reading the source: 1/4 repositories, 1 manifest, team/app');
  assert.deepEqual(view.lines(80), [
    `reading [${'█'.repeat(7)}${'░'.repeat(23)}] 1/4 repositories, 1 manifest`,
    '        team/app',
  ]);
});
