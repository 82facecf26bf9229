import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REFUSALS } from './error.ts';

test('Errors as text or HTML that clients cannot parse: every refusal is an errors[] body with code and message', () => {
  for (const error of Object.values(REFUSALS)) {
    assert.deepEqual(JSON.parse(error.body), {
      errors: [{ code: error.code, message: error.message }],
    });
    assert.ok(error.status >= 400 && error.status < 500);
    assert.ok(Object.isFrozen(error));
  }
});
