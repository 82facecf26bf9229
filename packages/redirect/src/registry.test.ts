import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plan } from './plan.ts';
import { HOST_UNKNOWN, unknownHost } from './decision.ts';
import { makeFacts, type Snapshot } from './facts.ts';
import { compilePolicy } from './policy.ts';
import { nameWithin, registryOf } from './registry.ts';

const HEX = '0123456789abcdef'.repeat(4);
const DIGEST = `sha256:${HEX}`;
const registry = (name: string, prefix: string, path: string, signatures?: string) => ({
  name,
  prefix,
  upstreams: [{ name, url: `https://${name}.example`, path }],
  ...(signatures !== undefined && {
    signatures: { url: `https://sig-${name}.example`, path: signatures },
  }),
});

/** HostRegistries: all of them; the aliases alone; the aliases, then the one for all names. */
const POLICY = compilePolicy(
  {
    pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
    registries: [
      registry('all', '', 'proj/images'),
      registry('docker', 'docker/', 'mirror/library'),
      registry('deep', 'docker/deep/', 'mirror', 'signed/deep'),
      registry('bare', 'bare/', ''),
    ],
    servedHosts: [{ registries: [2, 1, 3, 0] }, { registries: [2, 1, 3] }],
    stores: [],
    stayUpstream: [],
  },
  [],
);
const [ALL, ALIASES, NONE] = [0, 1, -1];

const STATE: Snapshot = {
  healthy: () => true,
  condition: () => 'up',
  presence: () => 'unasked',
  upstreamHas: () => 'unknown',
  isRepository: () => true,
};

/** The registry of a target, and the name within it. */
function served(target: string, servedHost = ALL): string | undefined {
  const facts = makeFacts('GET', target, -1, servedHost);
  const found = registryOf(facts, POLICY);
  if (found === undefined || !('name' in facts.route)) return undefined;
  return `${found.name} ${nameWithin(found, facts.route.name)}`;
}

const location = (target: string, servedHost = ALL, state = STATE) =>
  plan(makeFacts('GET', target, -1, servedHost), POLICY, state).location;

test('the longest matching prefix wins, and is not part of the name within the registry', () => {
  assert.equal(served('/v2/pause/manifests/1'), 'all pause');
  assert.equal(served('/v2/docker/busybox/manifests/1'), 'docker busybox');
  assert.equal(served('/v2/docker/deep/a/b/manifests/1'), 'deep a/b');
  assert.equal(served('/v2/docker/manifests/1'), 'all docker');
  assert.equal(served('/v2/dockerx/y/manifests/1'), 'all dockerx/y');
  assert.equal(served('/v2/pause/manifests/1', ALIASES), undefined);
  assert.equal(served('/v2/docker/busybox/manifests/1', NONE), undefined);
  assert.equal(served('/v2/'), undefined);
});

test('an alias leads to its upstream without the prefix', () => {
  assert.equal(
    location(`/v2/docker/a/blobs/${DIGEST}?x=1`),
    `https://docker.example/v2/mirror/library/a/blobs/${DIGEST}?x=1`,
  );
  assert.equal(location('/v2/bare/a/tags/list'), 'https://bare.example/v2/a/tags/list');
  assert.equal(
    location(`/v2/docker/deep/a/referrers/${DIGEST}`),
    `https://sig-deep.example/v2/signed/deep/a/referrers/${DIGEST}`,
  );
});

test('a name that no registry of the served host serves is unknown', () => {
  for (const [target, servedHost] of [
    ['/v2/pause/manifests/1', ALIASES],
    [`/v2/pause/blobs/${DIGEST}`, NONE],
    ['/v2/mirror/library/a/tags/list', ALIASES],
    ['/v2/mirror/library/a/manifests/1?n=1', ALIASES],
  ] as const) {
    const {
      rule,
      status,
      error,
      location: to,
    } = plan(makeFacts('GET', target, -1, servedHost), POLICY, STATE);
    assert.deepEqual([rule, status, error?.code, to], ['R6', 404, 'NAME_UNKNOWN', undefined]);
  }
});

test('R6: the message names a host that no registry serves, if it is a legal one', () => {
  assert.equal(plan(makeFacts('GET', '/v2/a/manifests/1', -1, NONE), POLICY, STATE), HOST_UNKNOWN);
  for (const host of [
    'localhost:8080',
    'Registry.Example.',
    'a_b-c:',
    '10.0.0.1',
    '[2001:db8::1]:5000',
  ]) {
    const { rule, status, reason, error } = unknownHost(host);
    assert.deepEqual([rule, status, error?.code], ['R6', 404, 'NAME_UNKNOWN']);
    assert.deepEqual(reason, {
      code: 'unknown-host',
      words: `no registry is served on host "${host}"`,
    });
    assert.equal(JSON.parse(error!.body).errors[0].message, reason.words);
  }
  for (const host of [
    undefined,
    '',
    'a b',
    'a"b',
    '<script>',
    'a/b',
    'a@b',
    'é',
    'a:b',
    'a:123456',
    '[::1',
    'a'.repeat(256),
    'a\n',
  ])
    assert.equal(unknownHost(host), HOST_UNKNOWN, String(host));
});

test('the answer to a target without a name does not depend on the served host', () => {
  for (const target of ['/', '/v2/', '/livez', '/v2/_catalog', '/v2/A/tags/list'])
    assert.equal(
      plan(makeFacts('GET', target, -1, NONE), POLICY, STATE),
      plan(makeFacts('GET', target, -1, ALL), POLICY, STATE),
    );
});

test('R9: a followed Link has the upstream’s path and no prefix: it is for the registry of the longest such path', () => {
  const next = '?n=2&last=b';
  assert.equal(served(`/v2/mirror/library/a/tags/list${next}`), 'docker a');
  assert.equal(served(`/v2/mirror/a/tags/list${next}`), 'deep a');
  assert.equal(served(`/v2/signed/deep/a/referrers/${DIGEST}${next}`), 'deep a');
  assert.equal(served(`/v2/mirrorx/a/tags/list${next}`), 'all mirrorx/a');
  assert.equal(
    location(`/v2/mirror/library/a/tags/list${next}`, ALIASES),
    `https://docker.example/v2/mirror/library/a/tags/list${next}`,
  );
  assert.equal(
    location(`/v2/proj/images/a/tags/list${next}`),
    `https://all.example/v2/proj/images/a/tags/list${next}`,
  );
});

test('R9: a followed Link is recognised only by its query, except for the registry without a prefix', () => {
  assert.equal(served('/v2/mirror/library/a/tags/list'), 'all mirror/library/a');
  assert.equal(
    location('/v2/proj/images/a/tags/list'),
    'https://all.example/v2/proj/images/a/tags/list',
  );
  // Within an alias, a name may begin like the path.
  assert.equal(
    location('/v2/docker/mirror/library/a/tags/list?n=1'),
    'https://docker.example/v2/mirror/library/mirror/library/a/tags/list?n=1',
  );
});

test('a name that is not on the list of the registry’s repositories is unknown', () => {
  const asked: string[] = [];
  const state: Snapshot = {
    ...STATE,
    isRepository: ({ name: of }, name) => (asked.push(`${of} ${name}`), name === 'a'),
  };
  assert.ok(location('/v2/docker/a/manifests/1', ALL, state));
  assert.equal(location('/v2/docker/b/manifests/1', ALL, state), undefined);
  assert.deepEqual(asked, ['docker a', 'docker b']);
  assert.equal(
    plan(makeFacts('GET', `/v2/b/blobs/${DIGEST}`, -1, ALL), POLICY, state).error?.code,
    'NAME_UNKNOWN',
  );
  assert.ok(location('/v2/proj/images/a/tags/list?n=1', ALL, state), 'a followed link');
  assert.equal(location('/v2/proj/images/b/tags/list?n=1', ALL, state), undefined);
  assert.equal(location('/v2/proj/images/a/manifests/1', ALL, state), undefined);
  assert.equal(location('/v2/docker/mirror/library/a/tags/list', ALL, state), undefined);
});

test('registries of the port come first, then those of any port, then the next served host', () => {
  const policy = compilePolicy(
    {
      pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
      registries: [
        registry('all', '', 'proj/images'),
        registry('port', 'docker/', 'mirror/library'),
        registry('host', 'docker/', ''),
        registry('linked', 'x/', 'proj/images/deep'),
      ],
      servedHosts: [
        { registries: [0], byPort: new Map([[1, [3]]]) },
        { registries: [2], byPort: new Map([[2, [1]]]), next: 0 },
      ],
      stores: [],
      stayUpstream: [],
    },
    [],
  );
  const found = (target: string, node: number, port: number) =>
    registryOf(makeFacts('GET', target, -1, port * policy.servedHosts.length + node), policy)?.name;
  const target = '/v2/docker/a/manifests/1';
  assert.deepEqual(
    [0, 1, 2].map((port) => found(target, 1, port)),
    ['host', 'host', 'port'],
  );
  assert.deepEqual(
    [0, 1].map((port) => found('/v2/x/a/manifests/1', 1, port)),
    ['all', 'linked'],
  );
  // A followed link (R9) has the path of an upstream: the longest one of the served hosts that follow.
  const followed = '/v2/proj/images/deep/a/tags/list?last=x';
  assert.deepEqual(
    [0, 1].map((port) => found(followed, 1, port)),
    ['all', 'linked'],
  );
});
