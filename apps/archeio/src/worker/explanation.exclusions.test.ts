import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddr } from '@archeio/netip';
import { EXCLUSIONS, explainRequest } from '@archeio/request-handler';
import type { StoreAnswer } from '@archeio/content-checks';
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

test('why each store was skipped: another region’s, disabled, unhealthy, too late', async () => {
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

test('R9a, R12a: an upstream that does not have the content is skipped for the signature upstream', async () => {
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

test('the reason why a store was skipped includes its answer', async () => {
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

test('a private store without credentials is skipped for that reason', async () => {
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
