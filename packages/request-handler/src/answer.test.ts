import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REFUSALS } from '@archeio/oci-distribution';
import {
  assembled,
  blob,
  incoming,
  SOURCE,
} from '../../../apps/archeio/src/worker/testing/assembled.ts';
import { compileTopology } from '@archeio/client-address';
import { HostRegistries } from './host-registries.ts';
import { RequestHandler } from './request-handler.ts';
import { answerOf, closing, rawAnswer, refusal } from './answer.ts';
import { TARGET_TOO_LONG } from './unreadable-request.ts';

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

test('with tokens, /v2/ asks for one with a challenge, and /token gives another to each request', async () => {
  const realm = 'https://images.example:8443/below/token';
  const { handler } = assembled({ ...SOURCE, correlation: { token: true, realm } });
  const answered = async (target: string, authorization?: string) =>
    answerOf(await handler.decide({ ...incoming(target), authorization }));
  const challenge = await answered('/v2/');
  assert.equal(challenge.status, 401);
  assert.deepEqual(challenge.headers.slice(0, 2), ['Content-Type', 'application/json']);
  assert.deepEqual(challenge.headers.slice(-4), [
    'Docker-Distribution-Api-Version',
    'registry/2.0',
    'WWW-Authenticate',
    `Bearer realm="${realm}",service="images.example:8443"`,
  ]);
  assert.equal(JSON.parse(challenge.body).errors[0].code, 'UNAUTHORIZED');
  assert.equal(await answered('/v2'), challenge);
  for (const authorization of ['Basic eDp5', 'Bearer', ''])
    assert.equal(await answered('/v2/', authorization), challenge);
  assert.deepEqual(await answered('/v2/', 'bearer of-another-registry'), await answerTo('/v2/'));
  const [first, second] = [await answered('/token?scope=a'), await answered('/token')];
  assert.equal(first.status, 200);
  assert.deepEqual(first.headers.slice(0, 6), [
    'Content-Type',
    'application/json',
    'Content-Length',
    String(first.body.length),
    'Cache-Control',
    'no-store',
  ]);
  const { token } = JSON.parse(first.body);
  assert.match(token, /^archeio-[0-9a-f]{32}$/);
  assert.notEqual(JSON.parse(second.body).token, token);
  assert.equal((await answered('/v2/', `Bearer ${token}`)).status, 200);
});

test('a policy that gives tokens needs something that makes them', () => {
  const realm = 'https://images.example/token';
  const { policy, places, states, record, clock } = assembled({
    ...SOURCE,
    correlation: { token: true, realm },
  });
  const hostRegistries = HostRegistries.of([{ hosts: ['*'], prefix: '' }]);
  const clientAddress = compileTopology({ kind: 'remote' });
  const rest = { policy, places, states, record, clock, hostRegistries, clientAddress, budget: 1 };
  assert.throws(
    () => new RequestHandler(rest),
    /^TypeError: cannot give tokens: createToken is missing/,
  );
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
