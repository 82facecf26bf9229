import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REFUSALS } from '@archeio/oci-distribution';
import { refusal } from '@archeio/request-handler';
import { responseOf } from './edge-response.ts';

test('a response has the status, lines and body of the answer, and says nothing about the connection', async () => {
  const answer = refusal(REFUSALS.readOnly);
  assert.ok(answer.headers.includes('Connection'));
  const response = responseOf(answer, 'PUT');
  assert.equal(response.status, 405);
  assert.equal(response.headers.get('allow'), 'GET, HEAD');
  assert.equal(response.headers.get('connection'), null);
  assert.equal(await response.text(), answer.body);
});

test('the answer to HEAD has no body, and its length', async () => {
  const response = responseOf(
    { status: 200, headers: ['Content-Length', '3'], body: '{}\n' },
    'HEAD',
  );
  assert.equal(response.body, null);
  assert.equal(response.headers.get('content-length'), '3');
});
