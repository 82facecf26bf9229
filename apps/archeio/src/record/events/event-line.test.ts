import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADDRESSES, blob, PRESENT, SOURCE } from '../../worker/testing/assembled.ts';
import { MIDNIGHT, recording } from './testing/recording.ts';

const DIGEST = blob(1).split('/').at(-1);

test('an event says what was asked, and where the client was sent', async () => {
  const { ask, recorded, checker, clock } = recording({ client: 'prefix' });
  checker.answers.set('https://cdn.example', PRESENT);
  await clock.advance(1500);
  await ask({
    path: blob(1),
    from: ADDRESSES.paris,
    host: 'Registry.K8s.IO:443',
    headers: ['Range', 'bytes=1000-', 'user-agent', 'containerd/2.1.4\t', 'Authorization', 'x'],
    requestId: 'abc',
    pull: '4f0c1f6c1d1f4a0c8a4f4de1f9e6a3b2',
    traceId: 'def',
  });
  assert.deepEqual(recorded, [
    {
      event: 'decision',
      schema: 1,
      time: '2026-11-28T00:00:01.500Z',
      host: 'registry.k8s.io:443',
      method: 'GET',
      rule: 'R11',
      reason: 'first-healthy-store',
      kind: 'blob',
      name: 'pause',
      reference: DIGEST,
      considered: [
        { backend: 'paris', presence: 'absent' },
        { backend: 'cdn', presence: 'present' },
      ],
      backend: 'cdn',
      cloud: 'AWS',
      region: 'eu-west-3',
      status: 307,
      durationMs: 1.235,
      bytes: 1234,
      rangeOffset: 1000,
      weight: 1,
      requestId: 'abc',
      pullId: '4f0c1f6c1d1f4a0c8a4f4de1f9e6a3b2',
      traceId: 'def',
      userAgent: 'containerd/2.1.4 ',
      client: '35.180.1.0/24',
    },
  ]);
});

test('what does not apply is null, and a client is only there if it is wanted and known', async () => {
  const { ask, recorded } = recording({ client: 'full' });
  await ask({ path: '/v2/', host: '' });
  const [base] = recorded;
  assert.deepEqual(base, {
    event: 'decision',
    schema: 1,
    time: new Date(MIDNIGHT).toISOString(),
    host: null,
    method: 'GET',
    rule: 'R4',
    reason: 'api-base',
    kind: 'base',
    name: null,
    reference: null,
    considered: [],
    backend: null,
    cloud: null,
    region: null,
    status: 200,
    durationMs: 1.235,
    bytes: null,
    rangeOffset: 0,
    weight: 1,
    requestId: null,
    pullId: null,
    traceId: null,
    userAgent: null,
  });
  await ask({ path: '/v2/pause/tags/list', from: 'nonsense' });
  assert.ok(!('client' in recorded[1]));
  await ask({ path: '/v2/pause/tags/list', from: '192.0.2.7' });
  assert.equal(recorded[2].client, '192.0.2.7');
});

test('name and reference of each kind of content', async () => {
  const { ask, recorded } = recording();
  const digest = `sha256:${'a'.repeat(64)}`;
  for (const path of [
    'manifests/latest',
    `manifests/${digest}`,
    `referrers/${digest}`,
    'tags/list',
  ])
    await ask({ path: `/v2/some/name/${path}` });
  await ask({ path: '/v2/some/name/manifests/a b' });
  assert.deepEqual(
    recorded.map(({ kind, name, reference }) => [kind, name, reference]),
    [
      ['manifest', 'some/name', 'latest'],
      ['manifest', 'some/name', digest],
      ['referrers', 'some/name', digest],
      ['tags', 'some/name', null],
      ['invalid', null, null],
    ],
  );
});

test('presence is null for backends that are not asked', async () => {
  const store = { url: 'https://a.example', key: '{digest}', default: true } as const;
  const near = [{ cloud: 'AWS', regions: ['eu-west-3'] }];
  const { ask, recorded, checker, clock } = recording(
    {},
    {
      ...SOURCE,
      stores: [
        { ...store, name: 'silent', near },
        { ...store, name: 'unchecked', url: 'https://b.example', check: 'none' },
      ],
    },
  );
  checker.answers.set('https://a.example', 'never');
  const pending = ask({ path: blob(1), from: ADDRESSES.paris });
  await clock.advance(600);
  await pending;
  await ask({ path: '/v2/pause/manifests/latest' });
  assert.deepEqual(
    recorded.map(({ considered }) => considered),
    [
      [
        { backend: 'silent', presence: 'unknown' },
        { backend: 'unchecked', presence: null },
      ],
      [{ backend: 'upstream', presence: null }],
    ],
  );
});

test('an upstream that was asked occurs once, with what it has', async () => {
  const { ask, recorded } = recording(
    {},
    {
      ...SOURCE,
      stores: [],
      registries: [
        {
          name: 'k8s',
          upstreams: [{ name: 'upstream', url: 'https://upstream.example' }],
          signatures: { url: 'https://signatures.example', fallback: true },
        },
      ],
    },
  );
  await ask({ path: blob(1) });
  const [{ considered, rule, backend }] = recorded;
  assert.equal(rule, 'R12a');
  assert.deepEqual(considered[0], { backend: 'upstream', presence: 'absent' });
  assert.deepEqual(
    considered.map((each) => each.backend),
    ['upstream', backend],
  );
});

test('the client in a network of the configuration has no region', async () => {
  const { ask, recorded } = recording({}, { ...SOURCE, networks: { office: ['192.0.2.0/24'] } });
  await ask({ path: '/v2/pause/tags/list', from: '192.0.2.9' });
  assert.deepEqual([recorded[0].cloud, recorded[0].region], ['office', null]);
});

test('a HEAD has no range', async () => {
  const { ask, recorded } = recording();
  await ask({ path: blob(1), method: 'HEAD', headers: ['Range', 'bytes=5-'] });
  assert.equal(recorded[0].rangeOffset, 0);
});
