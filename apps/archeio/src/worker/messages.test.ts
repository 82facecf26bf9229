import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isToHub, isToWorker } from './messages.ts';

test('what has a kind is a message; what else a runtime may send is none', () => {
  for (const isMessage of [isToHub, isToWorker]) {
    assert.equal(isMessage({ kind: 'up' }), true);
    for (const other of [null, undefined, 'up', 1, {}, { cmd: 'NODE_x' }])
      assert.equal(isMessage(other), false);
  }
});
