import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyStatus } from './observation.ts';

test('5xx and 429 are failures, every other status is an answer', () => {
  for (let status = 100; status < 600; status++) {
    const expected = status === 429 || status >= 500 ? 'failure' : 'answer';
    assert.equal(classifyStatus(status), expected, `${status}`);
  }
});
