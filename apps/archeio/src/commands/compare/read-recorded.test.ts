import assert from 'node:assert/strict';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { DecisionEvent, DecisionSummary } from '../../ipc/decision-event.ts';
import { readRecorded } from './read-recorded.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

const EVENT: DecisionEvent = {
  event: 'decision',
  schema: 1,
  time: '2026-01-01T00:00:00.000Z',
  host: 'registry.example',
  method: 'GET',
  rule: 'R11',
  reason: 'first-healthy-store',
  kind: 'blob',
  name: 'team/app',
  reference: DIGEST,
  considered: [{ backend: 'paris', presence: 'present' }],
  backend: 'paris',
  cloud: 'AWS',
  region: 'eu-west-3',
  status: 307,
  durationMs: 0.25,
  bytes: 1000,
  rangeOffset: 0,
  weight: 100,
  requestId: null,
  pullId: null,
  traceId: null,
  userAgent: null,
};
const SUMMARY: DecisionSummary = {
  event: 'decision-summary',
  schema: 1,
  host: 'registry.example',
  method: 'GET',
  rule: 'R11',
  kind: 'blob',
  name: 'team/app',
  reference: null,
  considered: [{ backend: 'paris', presence: 'present' }],
  backend: 'paris',
  cloud: 'AWS',
  region: 'eu-west-3',
  requests: 3,
  bytes: 3000,
  unknownSizes: 1,
};

function read(change: object, of: object = EVENT, isCut = false) {
  return readRecorded(JSON.stringify({ ...of, ...change }), isCut);
}

function amounts(change: object, of: object = EVENT): unknown {
  const recorded = read(change, of);
  assert.ok(typeof recorded === 'object', JSON.stringify(recorded));
  const { requests, bytes, unknownSizes } = recorded;
  return { requests, bytes, unknownSizes };
}

test('an event stands for its weight: bytes of a GET, less the offset', () => {
  const nothing = { requests: 100, bytes: 0, unknownSizes: 0 };
  assert.deepEqual(amounts({}), { ...nothing, bytes: 100_000 });
  assert.deepEqual(amounts({ rangeOffset: 400 }), { ...nothing, bytes: 60_000 });
  assert.deepEqual(amounts({ rangeOffset: 2000 }), nothing);
  assert.deepEqual(amounts({ method: 'HEAD' }), nothing);
  assert.deepEqual(amounts({ bytes: null }), { ...nothing, unknownSizes: 100 });
  assert.deepEqual(amounts({ bytes: null, method: 'HEAD' }), nothing);
  const manifest = { kind: 'manifest', reference: 'v1', bytes: null };
  assert.deepEqual(amounts(manifest), nothing, 'only blobs have a size');
});

test('a summary has its sums, and may lack the digest; databases may write numbers as strings', () => {
  assert.deepEqual(amounts({}, SUMMARY), { requests: 3, bytes: 3000, unknownSizes: 1 });
  const texts = { requests: '3', bytes: '3000', unknownSizes: '1' };
  assert.deepEqual(amounts(texts, SUMMARY), { requests: 3, bytes: 3000, unknownSizes: 1 });
  const considered = JSON.stringify(SUMMARY.considered);
  const recorded = read({ considered, reference: undefined, cloud: undefined }, SUMMARY);
  assert.ok(typeof recorded === 'object', JSON.stringify(recorded));
  assert.deepEqual(
    [recorded.considered, recorded.reference, recorded.cloud],
    [SUMMARY.considered, null, null],
  );
  for (const [kind, reference, isDigestUnknown] of [
    ['blob', null, true],
    ['manifest', null, true],
    ['referrers', null, true],
    ['manifest', 'v1', false],
    ['blob', DIGEST, false],
    ['tags', null, false],
  ]) {
    const recorded = read({ kind, reference }, SUMMARY);
    assert.ok(typeof recorded === 'object', JSON.stringify(recorded));
    assert.deepEqual([recorded.route?.kind, recorded.isDigestUnknown], [kind, isDigestUnknown]);
  }
});

test('requests without a repository have no route', () => {
  for (const kind of [
    'base',
    'catalog',
    'health',
    'page',
    'invalid',
    'method',
    'of-a-later-version',
  ])
    assert.deepEqual(
      Object.entries(read({ kind, name: null, reference: null }) ?? {}).find(
        ([key]) => key === 'route',
      ),
      ['route', undefined],
    );
});

describe('what is not an event', () => {
  test('other lines of the log and empty lines are skipped', () => {
    for (const line of ['', '  ', '\r', '{"time":"x","level":"info","event":"started"}'])
      assert.equal(readRecorded(line, false), undefined);
  });

  test('problems name the property, what was expected and what was found', () => {
    const cases: readonly (readonly [object, string | RegExp, object?])[] = [
      [{ schema: 2 }, 'schema: expected 1, which this version of Archeio reads, found 2'],
      [{ schema: undefined }, /^schema: expected 1, .*, found nothing$/],
      [{ weight: 0.5 }, 'weight: expected a number of at least 1, found 0.5'],
      [{ weight: '1e3' }, 'weight: expected a number of at least 1, found "1e3"'],
      [{ bytes: -1 }, 'bytes: expected a number of at least 0, found -1'],
      [{ rangeOffset: null }, 'rangeOffset: expected a number of at least 0, found null'],
      [{ host: 7 }, 'host: expected null or a string of at most 512 characters, found 7'],
      [{ cloud: 'x'.repeat(513) }, /^cloud: expected null or a string .* found "x{58}…$/],
      [{ method: null }, 'method: expected a string of at most 512 characters, found null'],
      [{ time: undefined }, /^time: expected a string/],
      [{ considered: 'paris' }, /^considered: expected a list of at most 1000 objects/],
      [{ considered: [{ backend: 'paris' }] }, /^considered: expected a list/],
      [{ considered: [{ backend: 'paris', presence: 'stale' }] }, /^considered: expected/],
      [{ considered: [null] }, /^considered: expected/],
      [{ client: 'nowhere' }, 'client: expected an address or a prefix, found "nowhere"'],
      [{ reference: null }, 'reference: expected a string of at most 512 characters, found null'],
      [{ name: null }, 'name: expected a string of at most 512 characters, found null'],
      [
        { name: 'Upper' },
        /^name and reference: expected those of the kind "blob", found \["Upper"/,
      ],
      [{ name: 'a%2fb' }, /^name and reference/],
      [{ name: 'a/manifests/b?c' }, /^name and reference/],
      [{ reference: 'v1' }, /^name and reference/],
      [{ kind: 'manifest', reference: 'a b' }, /^name and reference/],
      [{ requests: -1 }, 'requests: expected a number of at least 0, found -1', SUMMARY],
      [{ considered: '[' }, /^considered: expected a list .*, found "\["$/, SUMMARY],
      [{ schema: '1' }, /^schema/, SUMMARY],
    ];
    for (const [change, message, of] of cases) {
      const problem = read(change, of);
      assert.ok(typeof problem === 'string', JSON.stringify(change));
      if (message instanceof RegExp) assert.match(problem, message);
      else assert.equal(problem, message);
    }
  });

  test('text, arrays, compressed and cut files are told apart', () => {
    assert.equal(readRecorded('time,host', false), 'not JSON: expected one event a line');
    assert.equal(readRecorded('[1]', false), 'not an event: expected a JSON object');
    assert.equal(readRecorded('7', false), 'not an event: expected a JSON object');
    assert.match(
      JSON.stringify(readRecorded('{"a":1}', false)),
      /^"event: expected a string of at most 512 characters, found nothing"$/,
    );
    const text = JSON.stringify(EVENT);
    assert.equal(typeof readRecorded(text, true), 'object', 'only the line break is missing');
    assert.equal(readRecorded(text.slice(0, 200), true), 'the file ends within this line');
    for (const bytes of [gzipSync(text), zstdCompressSync(text)]) {
      const [line = ''] = bytes.toString('utf8').split('\n');
      assert.equal(readRecorded(line, false), 'not text: decompress the file first');
    }
  });

  test('no text and no JSON throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (text, isCut) => void readRecorded(text, isCut)),
    );
    const keys = fc.constantFrom(...Object.keys({ ...EVENT, ...SUMMARY, client: '' }));
    fc.assert(
      fc.property(fc.constantFrom(EVENT, SUMMARY), keys, fc.jsonValue(), (of, key, value) => {
        read({ [key]: value }, of);
      }),
      { numRuns: 1000 },
    );
  });
});
