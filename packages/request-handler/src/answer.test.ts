import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REFUSALS } from '@archeio/oci-distribution';
import { assembled, blob, incoming } from '../../../apps/archeio/src/worker/testing/assembled.ts';
import { answerOf, closing, rawAnswer, refusal } from './answer.ts';
import { TARGET_TOO_LONG } from '../../../apps/archeio/src/http/unreadable.ts';

const answerTo = async (target: string, method = 'GET') =>
  answerOf(await assembled().handler.decide(incoming(target, undefined, method)));

test('regression: 405 has an Allow header', async () => {
  const { status, headers, body } = await answerTo('/v2/', 'DELETE');
  assert.equal(status, 405);
  assert.equal(headers[headers.indexOf('Allow') + 1], 'GET, HEAD');
  assert.equal(JSON.parse(body).errors[0].code, 'UNSUPPORTED');
});

test('a redirect forbids caching, and has no body', async () => {
  const { status, headers, body } = await answerTo(blob(1));
  assert.equal(status, 307);
  assert.equal(headers[headers.indexOf('Cache-Control') + 1], 'private, no-store');
  assert.equal(body, '');
});

test('constant answers are built once, with the right length', async () => {
  const { handler } = assembled();
  for (const target of ['/v2/', '/livez', '/v2/_catalog', '/nowhere', '/v2/A/tags/list']) {
    const answer = answerOf(await handler.decide(incoming(target)));
    assert.equal(answerOf(await handler.decide(incoming(target))), answer);
    assert.equal(answer.headers[answer.headers.indexOf('Cache-Control') + 1], 'no-store');
    assert.equal(
      Number(answer.headers[answer.headers.indexOf('Content-Length') + 1]),
      Buffer.byteLength(answer.body),
    );
  }
});

test('a closing answer has Connection: close, and the original stays unchanged', async () => {
  const answer = await answerTo('/livez');
  assert.deepEqual(closing(answer).headers.slice(-2), ['Connection', 'close']);
  assert.ok(!answer.headers.includes('Connection'));
});

test('a refusal as bytes', () => {
  const bytes = rawAnswer(refusal(TARGET_TOO_LONG), 'URI Too Long');
  assert.match(
    bytes,
    /^HTTP\/1\.1 414 URI Too Long\r\nContent-Type: application\/json\r\nContent-Length: \d+\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n\{"errors"/,
  );
  assert.match(
    rawAnswer(refusal(REFUSALS.readOnly), 'Method Not Allowed'),
    /\r\nAllow: GET, HEAD\r\n/,
  );
});
