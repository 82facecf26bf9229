import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatherBytes, TooLongError } from './gather-bytes.ts';

test('gathers bytes up to the limit, and ends the source beyond it', async () => {
  let given = 0;
  let ended = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        given++;
        yield Buffer.from('12345');
      }
    } finally {
      ended = true;
    }
  }
  async function* some(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('12345');
    yield Buffer.from('678');
  }
  assert.equal(Buffer.from(await gatherBytes(some(), 8)).toString(), '12345678');
  await assert.rejects(gatherBytes(some(), 7), TooLongError);
  await assert.rejects(gatherBytes(endless(), 12), /^TooLongError: it is longer than 12 bytes$/);
  assert.deepEqual([given, ended], [3, true]);
});
