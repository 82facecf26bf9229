import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  assembled,
  blob,
  incoming,
  PRESENT,
  SOURCE,
} from '../../../apps/archeio/src/worker/testing/assembled.ts';
import { requestIdOf } from './request-id.ts';

const made = () => 'made';

test('takes an ID that is safe to repeat, and makes one instead of any other', () => {
  for (const id of ['a', '0', '.', '-', '_', 'A.b-C_9', 'x'.repeat(128)])
    assert.equal(requestIdOf(id, made), id);
  for (const id of [undefined, '', 'a b', 'a, a', 'a\n', '\na', 'é', 'x'.repeat(129), 'a"', '%41'])
    assert.equal(requestIdOf(id, made), 'made');
});

test('whatever is given, the ID is of 1 to 128 letters, digits, dots, underscores and hyphens', () => {
  const isSafe = (id: string): boolean =>
    id.length > 0 &&
    id.length <= 128 &&
    Array.from(id).every((character) =>
      'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-'.includes(character),
    );
  const safe = fc.string({
    unit: fc.constantFrom('a', 'Z', '0', '9', '.', '_', '-'),
    minLength: 100,
    maxLength: 160,
  });
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), safe), (given) => {
      const id = requestIdOf(given, made);
      assert.ok(isSafe(id));
      assert.equal(id, isSafe(given) ? given : 'made');
    }),
    { numRuns: 2000 },
  );
});

/** Backends with `rid`: the store for AWS in Paris and the signature upstream. */
function identifying() {
  const registry = {
    ...SOURCE.registries[0],
    signatures: { url: 'https://signatures.example', rid: true },
  };
  const stores = [{ ...SOURCE.stores![0], rid: true }, SOURCE.stores![1]];
  const parts = assembled({
    ...SOURCE,
    registries: [registry],
    stores,
    correlation: { requestId: true },
  });
  parts.checker.answers.set('https://', PRESENT);
  return parts;
}

test('redirects to a backend with rid end in the ID of the request; all others stay as they are', async () => {
  const { handler, checker } = identifying();
  const tag = `/v2/pause/manifests/sha256-${'0'.repeat(64)}`;
  for (const [target, address, ending] of [
    [blob(1), '35.180.1.1', '?rid=a.b_c-1'],
    [`${blob(1)}?rid=x`, '35.180.1.1', '?rid=a.b_c-1'],
    [blob(1), '203.0.113.7', ''],
    [tag, '203.0.113.7', '?rid=a.b_c-1'],
    [`${tag}?ns=k8s.io`, '203.0.113.7', '?ns=k8s.io&rid=a.b_c-1'],
    ['/v2/pause/manifests/3.9', '203.0.113.7', ''],
    ['/', '203.0.113.7', ''],
  ] as const) {
    const request = incoming(target, address);
    const { location: plain = '' } = await handler.decide(request);
    const { location } = await handler.decide({ ...request, requestId: 'a.b_c-1' });
    assert.equal(location, plain.replace(/\?ns=.*/, '') + ending, target);
  }
  assert.ok(checker.asked.every(({ url }) => !url.includes('rid')));
});

test('a known answer with rid is still given at once', async () => {
  const { handler } = identifying();
  const request = { ...incoming(blob(1), '35.180.1.1'), requestId: 'one' };
  await handler.decide(request);
  for (const requestId of ['two', 'three']) {
    const decision = handler.decide({ ...request, requestId });
    assert.ok(!(decision instanceof Promise));
    assert.ok(decision.location?.endsWith(`?rid=${requestId}`));
  }
});

test('the upstream that serves after an internal error gets its rid as well', async () => {
  const [registry] = SOURCE.registries;
  const parts = assembled({
    ...SOURCE,
    registries: [{ ...registry, upstreams: [{ ...registry.upstreams[0], rid: true }] }],
    correlation: { requestId: true },
  });
  parts.checker.answers.set('https://', 'throw');
  Object.defineProperty(parts.states, 'presence', {
    value: () => {
      throw new Error('presence is broken');
    },
  });
  const { location, reason } = await parts.handler.decide({ ...incoming(blob(1)), requestId: 'a' });
  assert.equal(reason.code, 'internal-error');
  assert.match(
    location ?? '',
    /^https:\/\/upstream\.example\/v2\/images\/pause\/blobs\/.*\?rid=a$/,
  );
});
