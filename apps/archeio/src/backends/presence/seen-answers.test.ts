import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoreAnswer } from '@archeio/content-checks';
import { SeenAnswers } from './seen-answers.ts';

const status = (code: number): StoreAnswer => ({ kind: 'status', status: code, size: -1 });

test('the latest 32 answers of a store are kept, each until there is nothing to explain', () => {
  const seen = new SeenAnswers();
  for (let number = 0; number < 33; number++)
    seen.note(`d${number}`, status(420 + number), 'unknown');
  assert.deepEqual(
    [seen.of('d0'), seen.of('d1'), seen.of('d32')],
    [undefined, 'it answered 421', 'it answered 452'],
  );
  seen.note('d1', status(403), 'absent');
  seen.note('d33', status(500), 'unknown');
  assert.deepEqual([seen.of('d1'), seen.of('d2')], ['it answered 403', undefined]);
  seen.note('d1', status(404), 'absent');
  seen.note('d33', status(200), 'present');
  assert.deepEqual([seen.of('d1'), seen.of('d33')], [undefined, undefined]);
});
