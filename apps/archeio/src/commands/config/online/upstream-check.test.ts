import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import {
  closedPort,
  httpsStore,
  httpStore,
  rawStore,
} from '../../../backends/client/testing/fake-store.ts';
import { selfSignedCertificate } from '../../../backends/client/testing/certificate.ts';
import { checkUpstream } from './upstream-check.ts';

const OPTIONS = { timeout: 2000 };
const BEARER = 'Bearer realm="https://auth.example/token",service="registry"';

/** Findings for an upstream with these answers, and the requests that it got. */
async function seen(listener: RequestListener, path = 'k8s/images') {
  const targets: string[] = [];
  await using registry = await httpStore((request, response) => {
    targets.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  const results = await checkUpstream({ url: registry.origin, path }, OPTIONS);
  return { said: results.map(({ severity, message }) => `${severity} ${message}`), targets };
}

/** Answers with one status for `/v2/` and another below it. */
function answers(top: number, below = 500): RequestListener {
  return (request, response) => {
    const status = request.url === '/v2/' ? top : below;
    response.writeHead(status, status === 401 ? { 'WWW-Authenticate': BEARER } : {}).end('{}');
  };
}

test('200 for /v2/ is good, and needs no second request', async () => {
  assert.deepEqual(await seen(answers(200)), {
    said: ['ok it answers 200 for /v2/'],
    targets: ['GET /v2/'],
  });
});

test('401 for /v2/ and below its path: it requires a token', async () => {
  assert.deepEqual(await seen(answers(401, 401)), {
    said: [
      `error requires a token: it answers 401 for /v2/k8s/images/archeio-online-check/tags/list (WWW-Authenticate: ${BEARER})`,
    ],
    targets: ['GET /v2/', 'GET /v2/k8s/images/archeio-online-check/tags/list?n=1'],
  });
  const bare: RequestListener = (_, response) => response.writeHead(401).end();
  assert.deepEqual((await seen(bare, '')).said, [
    'error requires a token: it answers 401 for /v2/archeio-online-check/tags/list',
  ]);
});

test('401 only for /v2/, as Artifact Registry answers: pulls work without a token', async () => {
  for (const below of [200, 404])
    assert.deepEqual((await seen(answers(401, below), '')).said, [
      `ok it answers 401 for /v2/, and ${below} for /v2/archeio-online-check/tags/list without a token`,
    ]);
});

test('401 for /v2/ and another error below is inconclusive', async () => {
  for (const below of [403, 429, 500])
    assert.deepEqual((await seen(answers(401, below), '')).said, [
      `error it answers 401 for /v2/, and ${below} for /v2/archeio-online-check/tags/list`,
    ]);
  const hangsUp: RequestListener = (request, response) =>
    request.url === '/v2/' ? response.writeHead(401).end() : request.socket.destroy();
  assert.match((await seen(hangsUp)).said.join(), /^error cannot be reached: /);
});

test('an upstream that is not a registry, is broken, or redirects', async () => {
  assert.deepEqual((await seen(answers(404))).said, ['error it answers 404 for /v2/']);
  assert.deepEqual((await seen(answers(503))).said, ['error it answers 503 for /v2/']);
  assert.deepEqual((await seen(answers(307))).said, ['warning it answers 307 for /v2/']);
});

test('an upstream that is closed, never answers, or fails TLS', async () => {
  const port = await closedPort();
  const [closed] = await checkUpstream({ url: `http://127.0.0.1:${port}`, path: '' }, OPTIONS);
  assert.match(closed.message, /^cannot be reached: .*ECONNREFUSED/);

  await using silent = await rawStore(() => {});
  const [late] = await checkUpstream({ url: silent.origin, path: '' }, { timeout: 50 });
  assert.equal(late.message, 'cannot be reached: no answer within 50 ms');

  await using untrusted = await httpsStore(selfSignedCertificate(), answers(200));
  const [refused] = await checkUpstream({ url: untrusted.origin, path: '' }, OPTIONS);
  assert.match(refused.message, /^TLS fails: /);
  assert.match(refused.hint, /certificate/);
});
