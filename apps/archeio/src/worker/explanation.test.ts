import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddr } from '@archeio/netip';
import { explainRequest } from '@archeio/request-handler';
import { ADDRESSES, assembled, blob, digest, PRESENT } from './testing/assembled.ts';
import { WIDE } from './testing/wide.ts';

test('a blob: every candidate, with its presence or why it was skipped', async () => {
  const parts = assembled();
  parts.checker.answers.set('https://cdn.example', PRESENT);
  const request = { method: 'GET', path: blob(1), address: parseAddr('::ffff:35.180.1.1') };
  assert.deepEqual(await explainRequest(parts, request, true), {
    request: {
      method: 'GET',
      path: blob(1),
      kind: 'blob',
      registry: 'k8s',
      name: 'pause',
      reference: digest(1),
    },
    client: { address: '35.180.1.1', cloud: 'AWS', region: 'eu-west-3', prefix: '35.180.0.0/16' },
    hosts: null,
    candidates: [
      {
        name: 'paris',
        url: `https://paris.example/${digest(1)}`,
        presence: 'absent',
        excluded: 'it does not have the blob',
      },
      { name: 'cdn', url: `https://cdn.example/${digest(1)}`, presence: 'present', excluded: null },
      {
        name: 'upstream',
        url: `https://upstream.example/v2/images/pause/blobs/${digest(1)}`,
        presence: null,
        excluded: 'not needed',
      },
    ],
    decision: {
      rule: 'R11',
      status: 307,
      location: `https://cdn.example/${digest(1)}`,
      backend: 'cdn',
      reason: 'the first healthy store that has it',
      reasonCode: 'first-healthy-store',
    },
  });
});

test('without asking, unknown presence stays unknown', async () => {
  const parts = assembled();
  const explanation = await explainRequest(
    parts,
    { method: 'GET', path: blob(1), address: parseAddr(ADDRESSES.unknown) },
    false,
  );
  assert.deepEqual(parts.checker.asked, []);
  assert.deepEqual(
    explanation.candidates.map(({ name, presence, excluded }) => [name, presence, excluded]),
    [
      ['cdn', 'unknown', 'it was not asked for the blob'],
      ['upstream', null, null],
      ['paris', null, 'not near this client'],
    ],
  );
  assert.equal(explanation.decision.reason, 'no store was asked, and none is known to have it');
  assert.deepEqual(explanation.client, {
    address: ADDRESSES.unknown,
    cloud: null,
    region: null,
    prefix: null,
  });
});

test('requests for anything but a blob', async () => {
  const parts = assembled();
  const explain = (path: string, method = 'GET') =>
    explainRequest(parts, { method, path, address: parseAddr(ADDRESSES.gcp) }, true);
  const manifest = await explain('/v2/pause/manifests/3.9?ns=x');
  assert.deepEqual(manifest.request, {
    method: 'GET',
    path: '/v2/pause/manifests/3.9?ns=x',
    kind: 'manifest',
    registry: 'k8s',
    name: 'pause',
    reference: '3.9',
  });
  assert.deepEqual(manifest.candidates, [
    {
      name: 'upstream',
      url: 'https://upstream.example/v2/images/pause/manifests/3.9?ns=x',
      presence: null,
      excluded: null,
    },
  ]);
  const unset = await explainRequest(
    parts,
    { method: 'GET', path: '/v2/pause/tags/list', address: parseAddr(ADDRESSES.gcp) },
    true,
  );
  assert.equal(unset.candidates[0].url, 'https://upstream.example/v2/images/pause/tags/list');
  const page = await explain('/');
  assert.deepEqual(
    [
      page.request.kind,
      page.request.name,
      page.request.reference,
      page.candidates,
      page.decision.backend,
    ],
    ['page', null, null, [], null],
  );
  assert.equal((await explain('/v2/', 'POST')).decision.rule, 'R1');
  const kept = await explain(blob(1));
  assert.deepEqual(
    kept.candidates.map(({ name, excluded }) => [name, excluded]),
    [
      ['upstream', null],
      ['cdn', 'the client is in a network that stays on the upstream'],
      ['paris', 'not near this client'],
    ],
  );
});

test('the host, the registry and the network are reported', async () => {
  const parts = assembled(WIDE);
  const explain = (path: string, host?: string) =>
    explainRequest(parts, { method: 'GET', path, host, address: parseAddr('203.0.113.1') }, false);
  const { request, client } = await explain('/v2/docker/a/manifests/1', 'mirror.example');
  assert.deepEqual([request.registry, request.name], ['docker', 'docker/a']);
  assert.deepEqual(client, {
    address: '203.0.113.1',
    cloud: 'office',
    region: '',
    prefix: '203.0.113.0/28',
  });
  const unserved = await explain('/v2/a/manifests/1', 'mirror.example');
  assert.deepEqual(
    [unserved.request.registry, unserved.candidates, unserved.decision.rule],
    [null, [], 'R6'],
  );
  assert.equal(unserved.decision.reason, 'no repository with this name is served here');
});

test('if no registry serves the host, the served hosts are listed', async () => {
  const parts = assembled(WIDE);
  const explain = (host?: string, path = '/v2/a/manifests/1') =>
    explainRequest(parts, { method: 'GET', path, host, address: parseAddr('203.0.113.1') }, false);
  for (const [host, reason] of [
    [undefined, 'no registry is served on this host'],
    ['localhost:8080', 'no registry is served on host "localhost:8080"'],
  ] as const) {
    const { hosts, decision } = await explain(host);
    assert.equal(decision.reason, reason);
    assert.deepEqual(hosts?.toSorted(), ['mirror.example', 'registry.example']);
  }
  assert.equal((await explain('mirror.example')).hosts, null);
  assert.equal((await explain(undefined, '/v2/')).hosts, null);
});
