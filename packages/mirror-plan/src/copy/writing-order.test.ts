import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { randomManifests } from './testing/random-source.ts';
import { wholeManifests } from './whole-manifests.ts';
import { writingOrder } from './writing-order.ts';

test('every manifest comes once, after what it lists and what it refers to', () => {
  fc.assert(
    fc.property(randomManifests, (manifests) => {
      const written = new Set<string>();
      for (const group of writingOrder(new Map([...manifests].toReversed()))) {
        for (const digest of group) {
          const { entries, referrer } = manifests.get(digest)!;
          for (const need of [...entries, referrer?.subject ?? entries[0]])
            assert.ok(need === undefined || written.has(need));
        }
        for (const digest of group) assert.equal(written.size, written.add(digest).size - 1);
      }
      assert.equal(written.size, manifests.size);
    }),
  );
});

test('a cycle, which digests make impossible, ends nevertheless', () => {
  const facts = (entry: string) => ({ mediaType: 'm', size: 1, entries: [entry] });
  const groups = writingOrder(
    new Map([
      ['a', facts('b')],
      ['b', facts('a')],
    ]),
  );
  assert.deepEqual(groups.flat().toSorted(), ['a', 'b']);
});

test('a manifest is whole if everything below it is there: agrees with a recursive definition', () => {
  fc.assert(
    fc.property(randomManifests, fc.array(fc.nat(9)), (manifests, numbers) => {
      const missing = new Set(numbers.map((number) => `sha256:${number}`));
      const isWhole = (digest: string): boolean => {
        const entries = missing.has(digest) ? undefined : manifests.get(digest)?.entries;
        return entries?.every((entry) => isWhole(entry)) ?? false;
      };
      const whole = wholeManifests(manifests.keys(), (digest) =>
        missing.has(digest) ? undefined : manifests.get(digest)?.entries,
      );
      assert.deepEqual([...whole].toSorted(), [...manifests.keys()].filter(isWhole).toSorted());
    }),
  );
});
