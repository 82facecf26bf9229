import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  makeIPv4,
  makeIPv6,
  makePrefix,
  parsePrefix,
  prefixContains,
  type Addr,
  type Prefix,
} from '@archeio/netip';
import { coverageChange } from './coverage-change.ts';

function change(before: string[], after: string[], family: 4 | 6): (number | string)[] {
  const { lost, gained } = coverageChange(before.map(parsePrefix), after.map(parsePrefix), family);
  return [lost, gained];
}

test('addresses are counted, not prefixes, and overlaps once', () => {
  assert.deepEqual(change(['1.0.0.0/9', '1.128.0.0/9'], ['1.0.0.0/8'], 4), [0, 0]);
  assert.deepEqual(change(['1.0.0.0/8', '1.2.0.0/16', '1.2.3.4/32'], ['1.0.0.0/9'], 4), [0.5, 0]);
  assert.deepEqual(change(['1.0.0.0/8'], ['1.0.0.0/8', '2.0.0.0/8', '2.0.0.0/9'], 4), [0, 1]);
  assert.deepEqual(change(['2001:db8::/32'], ['2001:db8::/33', '1.0.0.0/8'], 6), [0.5, 0]);
});

test('a family that was not covered loses nothing', () => {
  assert.deepEqual(change([], [], 4), [0, 0]);
  assert.deepEqual(change(['1.0.0.0/8'], ['2001:db8::/32'], 6), [0, 1]);
  assert.deepEqual(change(['1.0.0.0/8', '::/0'], [], 4), [1, 0]);
});

/** 64 addresses at the end of each family, few enough to count one by one. */
const worlds: Readonly<Record<4 | 6, (low: number) => Addr>> = {
  4: (low) => makeIPv4(0xffffffc0 + low),
  6: (low) => makeIPv6(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffc0 + low),
};

function prefixesIn(family: 4 | 6): fc.Arbitrary<Prefix[]> {
  const whole = family === 4 ? 32 : 128;
  return fc.array(
    fc
      .tuple(fc.nat(63), fc.integer({ min: whole - 6, max: whole }))
      .map(([low, bits]) => makePrefix(worlds[family](low), bits)),
    { maxLength: 8 },
  );
}

for (const family of [4, 6] as const) {
  test(`shares agree with counting every address: IPv${family}`, () => {
    fc.assert(
      fc.property(prefixesIn(family), prefixesIn(family), (before, after) => {
        const all = Array.from({ length: 64 }, (_, low) => worlds[family](low));
        const covered = (prefixes: readonly Prefix[]): Set<Addr> =>
          new Set(all.filter((addr) => prefixes.some((prefix) => prefixContains(prefix, addr))));
        const [old, next] = [covered(before), covered(after)];
        const lost = old.difference(next).size;
        const gained = next.difference(old).size;
        assert.deepEqual(coverageChange(before, after, family), {
          lost: old.size === 0 ? 0 : lost / old.size,
          gained: old.size === 0 ? Math.min(gained, 1) : gained / old.size,
        });
      }),
    );
  });
}
