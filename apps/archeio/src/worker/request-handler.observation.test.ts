import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddr } from '@archeio/netip';
import type { Incoming, Observation } from '@archeio/request-handler';
import { ADDRESSES, assembled, blob, incoming, PRESENT, SOURCE } from './testing/assembled.ts';

/** An observation that writes down what it is told. */
function writtenDown(): { told: string[]; observation: Observation } {
  const told: string[] = [];
  const names = (backends: readonly { name: string }[]) => backends.map(({ name }) => name).join();
  return {
    told,
    observation: {
      client: (address) => told.push(`client ${formatAddr(address)}`),
      asking: (backends) => told.push(`asking ${names(backends)}`),
      asked: () => told.push('asked'),
      considered: ({ name }, presence) => told.push(`considered ${name} ${presence}`),
      decided: ({ rule, backend }, { route }, size) =>
        told.push(`decided ${rule} ${route.kind} ${backend?.name} ${size}`),
    },
  };
}

/** What the observation of a request is told. */
async function toldOf(parts: ReturnType<typeof assembled>, request: Incoming): Promise<string[]> {
  const { told, observation } = writtenDown();
  await parts.handler.decide({ ...request, observation });
  return told;
}

test('an observation is told how a request is decided, in order', async () => {
  const parts = assembled();
  parts.checker.answers.set('https://cdn.example', PRESENT);
  assert.deepEqual(await toldOf(parts, incoming(blob(1), ADDRESSES.paris)), [
    'client 35.180.1.1',
    'asking paris,cdn',
    'asked',
    'considered paris absent',
    'considered cdn present',
    'decided R11 blob cdn 1234',
  ]);
  assert.deepEqual(await toldOf(parts, incoming(blob(1), ADDRESSES.unknown, 'HEAD')), [
    'client 203.0.113.7',
    'considered cdn present',
    'decided R11 blob cdn 1234',
  ]);
  assert.deepEqual(await toldOf(parts, incoming('/livez')), ['decided R7 health undefined -1']);
  assert.deepEqual(await toldOf(parts, incoming('/v2/pause/tags/list', 'nonsense')), [
    'considered upstream undefined',
    'decided R9 tags upstream -1',
  ]);
});

test('a request that asks the upstream waits a second time', async () => {
  const parts = assembled({
    ...SOURCE,
    registries: [
      {
        name: 'k8s',
        upstreams: [{ name: 'upstream', url: 'https://upstream.example' }],
        signatures: { url: 'https://signatures.example', fallback: true },
      },
    ],
  });
  assert.deepEqual((await toldOf(parts, incoming(blob(1)))).slice(1, 5), [
    'asking cdn',
    'asked',
    'asking upstream',
    'asked',
  ]);
});

test('an internal error is told as the decision that answers', async () => {
  const parts = assembled();
  Object.defineProperty(parts.states, 'presence', {
    value: () => {
      throw new Error('presence is broken');
    },
  });
  assert.deepEqual(await toldOf(parts, incoming(blob(1))), [
    'client 203.0.113.7',
    'decided R12 blob upstream -1',
  ]);
});

test('a request that is not observed has the same decision and counts', async () => {
  for (const method of ['GET', 'HEAD']) {
    const [observed, plain] = [assembled(), assembled()];
    for (const { checker } of [observed, plain]) checker.answers.set('https://cdn', PRESENT);
    const request = incoming(blob(1), ADDRESSES.unknown, method);
    const { observation } = writtenDown();
    const decision = await observed.handler.decide({ ...request, observation });
    assert.equal(decision.location, (await plain.handler.decide(request)).location);
    assert.deepEqual(observed.record.totals(), plain.record.totals());
  }
});
