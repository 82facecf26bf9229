import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type EdgeWorker, startEdge } from '../parts/edge-worker.ts';
import { rawRequest, type RawResponse } from '../parts/raw-request.ts';
import { TABLE_CONFIGURATION } from '../requests/configuration.ts';
import { CDN, PARIS, SHA256, UPSTREAM } from '../requests/rows/row.ts';

const LIMIT = { timeout: 60_000 };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const REALM = 'https://registry.example/token';

const AWS_PARIS = 'CF-Connecting-IP: 35.180.1.1';
const ASKER = 'CF-Connecting-IP: 198.51.100.7';
const WHY = 'Archeio-Explain: 1';
const BLOB = `/v2/pause/blobs/${SHA256}`;

function send(
  { port }: EdgeWorker,
  target: string,
  ...headers: readonly string[]
): Promise<RawResponse> {
  const lines = [`GET ${target} HTTP/1.1`, 'Host: registry.example', ...headers];
  return rawRequest(port, `${lines.join('\r\n')}\r\n\r\n`);
}

describe('headers on the edge, as it is deployed', LIMIT, () => {
  let worker: EdgeWorker;
  before(async () => {
    worker = await startEdge({
      ...TABLE_CONFIGURATION,
      explain: { header: { from: ['198.51.100.0/24'] } },
      correlation: { requestId: true, token: true, realm: REALM },
    });
  });
  after(() => worker[Symbol.asyncDispose]());

  for (const [name, headers, location] of [
    ['a client in AWS eu-west-3', [AWS_PARIS], PARIS],
    ['an IPv6 client there', ['CF-Connecting-IP: 2a05:d012::1'], PARIS],
    ['a client in GCP', ['CF-Connecting-IP: 35.220.26.1'], `${UPSTREAM}/pause/blobs/${SHA256}`],
    ['a client in an unknown network', ['CF-Connecting-IP: 203.0.113.7'], CDN],
    ['no address', [], CDN],
    ['a value that is not an address', ['CF-Connecting-IP: garbage'], CDN],
    ['two addresses', ['CF-Connecting-IP: 203.0.113.7, 35.180.1.1'], CDN],
    ['X-Forwarded-For is not read', ['X-Forwarded-For: 35.180.1.1, 10.0.0.1'], CDN],
    ['nor next to it', ['CF-Connecting-IP: 203.0.113.7', 'X-Forwarded-For: 35.180.1.1'], CDN],
    ['other headers are not read', ['True-Client-IP: 35.180.1.1', 'X-Real-IP: 35.180.1.1'], CDN],
  ] as const)
    test(`the client's address: ${name}`, LIMIT, async () => {
      assert.equal((await send(worker, BLOB, ...headers)).headers.get('location'), location);
    });

  test('a client inside the prefixes reads why, and no other one', LIMIT, async () => {
    const why = (answer: RawResponse) => answer.headers.get('archeio-decision');
    assert.equal(
      why(await send(worker, BLOB, ASKER, WHY)),
      'rule=R11, backend="cdn", reason=first-healthy-store',
    );
    for (const headers of [
      [WHY],
      [ASKER],
      [AWS_PARIS, WHY],
      ['X-Forwarded-For: 198.51.100.7', WHY],
    ])
      assert.equal(why(await send(worker, BLOB, ...headers)), undefined, headers.join());
  });

  test('every answer has the ID of its request, refusals too', LIMIT, async () => {
    for (const target of ['/v2/pause/manifests/1', '/x', `/v2/${'a'.repeat(9000)}`]) {
      const id = async (...headers: readonly string[]) =>
        (await send(worker, target, ...headers)).headers.get('x-request-id') ?? '';
      assert.equal(await id('X-Request-ID: mine'), 'mine', target);
      assert.match(await id('X-Request-ID: not safe'), UUID, target);
      assert.notEqual(await id(), await id(), target);
    }
  });

  test('tokens tie the requests of a pull together', LIMIT, async () => {
    const challenge = await send(worker, '/v2/');
    assert.equal(challenge.status, 401);
    assert.match(challenge.headers.get('www-authenticate') ?? '', /^Bearer realm="https:/);
    const [first, second] = await Promise.all([send(worker, '/token'), send(worker, '/token')]);
    const { token } = JSON.parse(first.body);
    assert.match(token, /^archeio-[0-9a-f]{32}$/);
    assert.notEqual(JSON.parse(second.body).token, token);
    assert.equal((await send(worker, '/v2/', `Authorization: Bearer ${token}`)).status, 200);
  });
});
