import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddr } from '@archeio/netip';
import type { StoreAnswer } from '../backends/client/store-checker.ts';
import { EXCLUSIONS, explainRequest } from '@archeio/request-handler';
import {
  ADDRESSES,
  assembled,
  blob,
  digest,
  incoming,
  PRESENT,
  SOURCE,
  UNAVAILABLE,
} from './testing/assembled.ts';
import { WIDE } from './testing/wide.ts';

test('a blob: every candidate, with its presence or why it was passed over', async () => {
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
    },
  });
});

test('without asking, what is not known stays so', async () => {
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

test('what is not a blob', async () => {
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

test('the host, the registry and the network are told', async () => {
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

test('where no registry is served on the host, the hosts that are served are listed', async () => {
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

test('why each store was passed over: another region’s, a disabled one, an unhealthy one, one that was too late', async () => {
  const parts = assembled(WIDE);
  const { checker, clock } = parts;
  const exclusions = async (ask: boolean) => {
    const { candidates } = await explainRequest(
      parts,
      {
        method: 'GET',
        path: blob(99),
        host: 'registry.example',
        address: parseAddr(ADDRESSES.paris),
      },
      ask,
    );
    return Object.fromEntries(candidates.map(({ name, excluded }) => [name, excluded]));
  };
  assert.deepEqual(await exclusions(false), {
    paris: EXCLUSIONS.unasked,
    paris2: EXCLUSIONS.unasked,
    cdn: EXCLUSIONS.unasked,
    upstream: null,
    dublin: EXCLUSIONS.failover,
    office: EXCLUSIONS.elsewhere,
    retired: EXCLUSIONS.disabled,
    'k8s-signatures': EXCLUSIONS.fallback,
  });

  checker.answers.set('https://', 'never');
  const late = exclusions(true);
  await clock.advance(500);
  assert.equal((await late)['paris2'], EXCLUSIONS.tooLate);

  const down = assembled(WIDE);
  down.checker.answers.set('https://paris.', UNAVAILABLE);
  for (let number = 0; number < 5; number++)
    await down.handler.decide(incoming(blob(number), ADDRESSES.paris));
  const { candidates } = await explainRequest(
    down,
    { method: 'GET', path: blob(1), host: 'registry.example', address: parseAddr(ADDRESSES.paris) },
    false,
  );
  const told = Object.fromEntries(candidates.map(({ name, excluded }) => [name, excluded]));
  assert.deepEqual([told['paris'], told['dublin']], ['unhealthy', EXCLUSIONS.unasked]);
});

test('R9a, R12a: an upstream that does not have it is passed over for the signature upstream', async () => {
  const parts = assembled(WIDE);
  Object.defineProperty(parts.states, 'upstreamHas', { value: () => 'absent' });
  const explain = async (path: string) => {
    const { candidates, decision } = await explainRequest(
      parts,
      { method: 'GET', path, host: 'registry.example', address: parseAddr(ADDRESSES.gcp) },
      false,
    );
    return [
      decision.rule,
      ...candidates.map(({ name, presence, excluded }) => `${name}: ${presence}, ${excluded}`),
    ];
  };
  assert.deepEqual(await explain(`/v2/a/manifests/${digest(1)}`), [
    'R9a',
    `upstream: absent, ${EXCLUSIONS.absentManifest}`,
    'k8s-signatures: null, null',
  ]);
  assert.deepEqual(await explain(blob(1)), [
    'R12a',
    `upstream: absent, ${EXCLUSIONS.absentBlob}`,
    'k8s-signatures: null, null',
    `cdn: null, ${EXCLUSIONS.stays}`,
    ...['paris', 'paris2', 'dublin', 'office'].map((name) => `${name}: null, not near this client`),
    'retired: null, disabled',
  ]);
  assert.deepEqual(
    (await explain('/v2/a/blobs/md5:x')).at(-1),
    `k8s-signatures: null, ${EXCLUSIONS.fallback}`,
  );
});

test('why a store was passed over says what it answered', async () => {
  for (const [answer, presence, excluded] of [
    [
      { kind: 'status', status: 403, size: -1 },
      'unknown',
      `${EXCLUSIONS.unknown}: it answered 403`,
    ],
    [
      { kind: 'status', status: 200, size: 0 },
      'absent',
      `${EXCLUSIONS.absentBlob}: it answered 200, but its length is 0, and the digest is not that of the empty blob`,
    ],
    [{ kind: 'status', status: 404, size: -1 }, 'absent', EXCLUSIONS.absentBlob],
    [
      { kind: 'failure', reason: 'connection', detail: 'connection refused (ECONNREFUSED)' },
      'unknown',
      `${EXCLUSIONS.unknown}: connection refused (ECONNREFUSED)`,
    ],
    [
      { kind: 'failure', reason: 'timeout' },
      'unknown',
      `${EXCLUSIONS.unknown}: it did not answer in time`,
    ],
  ] satisfies [StoreAnswer, string, string][]) {
    const parts = assembled();
    parts.checker.answers.set('https://cdn.example', answer);
    const address = parseAddr(ADDRESSES.unknown);
    const { candidates } = await explainRequest(
      parts,
      { method: 'GET', path: blob(1), address },
      true,
    );
    const cdn = candidates.find(({ name }) => name === 'cdn');
    assert.deepEqual([cdn?.presence, cdn?.excluded], [presence, excluded]);
  }
});

test('a fourth store is not asked, and stores beyond those that a request considers are listed as such', async () => {
  const many = Array.from({ length: 70 }, (_, index) => ({
    name: `store${index}`,
    url: `https://store${index}.example`,
    key: '{digest}',
    near: [{ cloud: 'AWS', regions: ['eu-west-3'] }],
  }));
  const parts = assembled({ ...SOURCE, stores: many });
  const explain = async () => {
    const request = { method: 'GET', path: blob(1), address: parseAddr('35.180.1.1') };
    const { candidates, decision } = await explainRequest(parts, request, true);
    const reasons = new Map<string | null, number>();
    for (const { name, excluded } of candidates)
      if (name !== 'upstream') reasons.set(excluded, (reasons.get(excluded) ?? 0) + 1);
    return { reasons: [...reasons], reason: decision.reason };
  };
  assert.deepEqual(await explain(), {
    reasons: [
      [EXCLUSIONS.absentBlob, 3],
      [EXCLUSIONS.notReached, 61],
      [EXCLUSIONS.beyond, 6],
    ],
    reason: 'no store confirmed in time that it has the blob',
  });
  parts.checker.answers.set('https://', PRESENT);
  assert.deepEqual((await explain()).reasons, [
    [EXCLUSIONS.absentBlob, 3],
    [null, 1],
    [EXCLUSIONS.notNeeded, 66],
  ]);
});

test('a private store without credentials is passed over for that', async () => {
  const stores = [
    {
      name: 'private',
      url: 'https://private.example',
      key: '{digest}',
      default: true,
      presign: { region: 'eu-west-3' },
      public: true,
    },
  ];
  const { candidates, decision } = await explainRequest(
    assembled({ ...SOURCE, stores }),
    { method: 'GET', path: blob(1), address: parseAddr(ADDRESSES.unknown) },
    true,
  );
  assert.equal(candidates[0].excluded, 'unhealthy: no credentials to sign its URLs');
  assert.equal(decision.reason, 'every store for the client is unhealthy');
});
