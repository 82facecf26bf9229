import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Changes } from './changes.ts';

test('the last 200 changes are kept with their times, long texts shortened', () => {
  let now = 1000;
  const changes = new Changes(() => now++);
  changes.add({ kind: 'reload', text: 'x'.repeat(501) });
  changes.add({ kind: 'backend', text: 'y', backend: 'b', state: 'down' });
  assert.deepEqual(changes.all, [
    { atMs: 1000, kind: 'reload', text: `${'x'.repeat(499)}…` },
    { atMs: 1001, kind: 'backend', text: 'y', backend: 'b', state: 'down' },
  ]);
  assert.deepEqual(changes.since(1), changes.all.slice(1));
  assert.deepEqual(changes.since(2), []);
  for (let at = 0; at < 300; at++) changes.add({ kind: 'ranges', text: String(at) });
  assert.deepEqual([changes.all.length, changes.count], [200, 302]);
  assert.deepEqual([changes.all[0].text, changes.all.at(-1)?.text], ['100', '299']);
  assert.deepEqual(
    changes.since(300).map(({ text }) => text),
    ['298', '299'],
  );
  assert.equal(changes.since(0).length, 200);
});
