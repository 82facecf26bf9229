import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOf } from '@archeio/request-handler';
import fc from 'fast-check';
import { assembled, blob, incoming, PRESENT, SOURCE } from '../worker/testing/assembled.ts';
import { RequestContexts, withLinesOf } from './request-context.ts';

const EXPLAIN = { header: { from: ['35.180.0.0/16', '2001:db8::/32', '::ffff:192.0.2.0/120'] } };
const ALL = { ...SOURCE, explain: EXPLAIN, correlation: { requestId: true } };
const ASKS = ['Host', 'x', 'ARCHEIO-explain', '1'];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function adding(source = ALL) {
  const parts = assembled(source);
  const contexts = RequestContexts.of(parts.handler);
  assert.ok(contexts);
  return { ...parts, contexts };
}

test('a configuration that adds no header has no object for it, so that a request costs nothing more', () => {
  for (const source of [SOURCE, { ...SOURCE, explain: {} }])
    assert.equal(RequestContexts.of(assembled(source).handler), undefined);
  const answer = answerOf(assembled().policy.infoPage);
  assert.equal(withLinesOf(undefined, answer), answer);
});

test('the client that counts is the one that clientAddress reads, not the peer', () => {
  const { contexts, record, metrics } = adding();
  for (const [address, explains] of [
    ['35.180.1.1', true],
    ['::ffff:35.180.1.1', true],
    ['2001:db8::1', true],
    ['192.0.2.7', true],
    ['35.181.1.1', false],
    ['10.0.0.1', false],
    ['nonsense', false],
  ] as const) {
    const request = { ...incoming(blob(1), address), peer: '35.180.1.1' };
    assert.equal(contexts.begin(ASKS, request, 0).explains, explains, address);
  }
  // Without the header that lists the client, the peer is the client.
  const { addressHeader: _, ...direct } = incoming(blob(1));
  assert.ok(
    contexts.begin(ASKS, { ...direct, addressHeader: undefined, peer: '35.180.1.1' }, 0).explains,
  );
  const errors = metrics.snapshot(0).values.archeio_client_address_errors_total ?? {};
  assert.deepEqual([...new Set(Object.values(errors))], [0]);
  assert.equal(record.totals().ownFailures, 0);
});

test('only one line with the value 1 asks', () => {
  const { contexts } = adding();
  const request = incoming(blob(1), '35.180.1.1');
  assert.ok(contexts.begin(ASKS, request, 0).explains);
  for (const raw of [
    [],
    ['Archeio-Explain', ''],
    ['Archeio-Explain', '01'],
    ['Archeio-Explain', '?1'],
    ['Archeio-Explain', 'true'],
    [...ASKS, ...ASKS],
    ['Archeio-Explaim', '1'],
    ['X-Forwarded-For', '1'],
  ])
    assert.equal(contexts.begin(raw, request, 0).explains, false, raw.join(': '));
  assert.equal(
    contexts.refused(ASKS).explains,
    false,
    'a request that is refused without a decision',
  );
});

test('a peer that cannot be read gets no reason, and the failure is counted', () => {
  const { contexts, record } = adding();
  const broken = {
    ...incoming(blob(1)),
    addressHeader: undefined,
    get peer(): string {
      throw new Error('the socket is gone');
    },
  };
  assert.equal(contexts.begin(ASKS, broken, 0).explains, false);
  assert.equal(record.totals().ownFailures, 1);
});

test('the reason and the ID are added to the answer, which is otherwise the same', async () => {
  const { handler, checker, contexts } = adding();
  checker.answers.set('https://', PRESENT);
  const request = incoming(blob(1), '35.180.1.1');
  const decision = await handler.decide(request);
  const plain = answerOf(decision);
  const raw = ['X-Request-Id', 'id-1', ...ASKS];
  assert.deepEqual(withLinesOf(contexts.begin(raw, request, 0), plain, decision), {
    ...plain,
    headers: [
      ...plain.headers,
      'X-Request-ID',
      'id-1',
      'Archeio-Decision',
      'rule=R11, backend="paris", reason=first-healthy-store',
    ],
  });
  assert.deepEqual(withLinesOf(contexts.refused(raw), plain).headers.slice(-2), [
    'X-Request-ID',
    'id-1',
  ]);
});

test('each key works without the other', () => {
  const explaining = adding({ ...SOURCE, explain: EXPLAIN } as typeof ALL);
  const request = incoming(blob(1), '35.180.1.1');
  assert.deepEqual(explaining.contexts.begin(['X-Request-ID', 'a', ...ASKS], request, 0), {
    lines: [],
    explains: true,
    observation: undefined,
    requestId: undefined,
  });
  const correlating = adding({ ...SOURCE, correlation: { requestId: true } } as typeof ALL);
  assert.deepEqual(correlating.contexts.begin(['X-Request-ID', 'a', ...ASKS], request, 0), {
    lines: ['X-Request-ID', 'a'],
    explains: false,
    observation: undefined,
    requestId: 'a',
  });
});

test('whatever the header lines are, an ID is repeated only if one line has it and it is safe', () => {
  const { contexts } = adding();
  const name = fc.constantFrom('X-Request-ID', 'x-request-id', 'X-Request-Ip', 'Host');
  const value = fc.oneof(
    fc.string({ unit: 'binary-ascii' }),
    fc.string({ unit: fc.constantFrom('a', '.', '-', '_', '9', 'Z') }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 4 }), (lines) => {
      const [field, id] = contexts.refused(lines.flat()).lines;
      assert.equal(field, 'X-Request-ID');
      const given = lines.filter(([each]) => each.toLowerCase() === 'x-request-id');
      if (given.length === 1 && /^[\w.-]{1,128}$/.test(given[0][1])) assert.equal(id, given[0][1]);
      else assert.match(id, UUID);
    }),
    { numRuns: 1000 },
  );
});
