import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareVersions } from './version.ts';

test('numbers compare by value, and a pre-release is lower than its release', () => {
  const ordered = [
    'latest',
    'v1',
    'v1.2',
    'v1.9.0',
    'v1.10.0-alpha.2',
    'v1.10.0-rc.1',
    'v1.10.0',
    'v2',
  ];
  assert.deepEqual(ordered.toReversed().toSorted(compareVersions), ordered);
  assert.equal(compareVersions('v1', 'v1'), 0);
  assert.equal(compareVersions('1', '01'), 1);
});

test('versions of plain numbers are ordered like the numbers', () => {
  const version = fc.array(fc.nat(), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(version, version, (a, b) => {
      const at = a.findIndex((part, index) => part !== b[index]);
      const expected = at < 0 ? 0 : Math.sign(a[at] - b[at]);
      assert.equal(Math.sign(compareVersions(a.join('.'), b.join('.'))), expected);
    }),
  );
});

test('the order of versions is antisymmetric and transitive', () => {
  const tag = fc.stringMatching(/^[v0-9a-c][0-9a-c.-]{0,6}$/);
  fc.assert(
    fc.property(tag, tag, tag, (a, b, c) => {
      assert.equal(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a)), 0);
      assert.equal(compareVersions(a, b) === 0, a === b);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
        assert.ok(compareVersions(a, c) <= 0);
    }),
  );
});

/** Asserts that each list is sorted, starting from any order. */
function assertOrdered(...tags: readonly string[]): void {
  assert.deepEqual(tags.toReversed().toSorted(compareVersions), tags);
  assert.deepEqual(tags.toSorted(compareVersions), tags);
}

test('non-versions are lowest, then single numbers such as dates, then versions', () => {
  assertOrdered('latest', 'main', '3', '20241201', '2024120112', '0.1', 'v1', '1.2', 'v2');
  assertOrdered('sha-0a1b2c3', '0a1b2c3', '20220916-gd32f8c343', 'v20231226-1a7112e06', 'v1.5.1');
  assertOrdered('release-1.9', 'release-1.10.0-rc.1', 'release-1.10.0', '0.0.1');
});

test('a leading v is ignored, and equal versions still have an order', () => {
  assertOrdered('v1.9.0', '1.10.0', '1.11.0');
  assertOrdered('1.0.0', 'v1.0.0', '1.0.1', 'v1.0.1');
  assertOrdered('1.0.0', 'V1.0.0', 'v1.0.1');
  assertOrdered('01.2.3', '1.02.3', '1.2.3', '1.2.4');
});

test('any number of numbers, of any length', () => {
  assertOrdered('1.27', '1.27.3', '1.27.3.1', '1.27.4', '1.28');
  const long = '9'.repeat(60);
  assertOrdered(`1.${long}8`, `1.${long}9`, `1.1${'0'.repeat(61)}`, `2.0`);
  assertOrdered('1.9007199254740992', '1.9007199254740993', '1.9007199254740994');
});

test('pre-releases follow the chain of Semantic Versioning §11', () => {
  assertOrdered(
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
  );
  assertOrdered('1.27.3', '1.28.0-alpine', '1.28.0-alpine3.18', '1.28.0', '1.29.0-rc.1');
  // Numbers in a word count even without dots.
  assertOrdered('1.0.0-rc9', '1.0.0-rc10', '1.0.0');
  assertOrdered('3.13.0a1', '3.13.0b2', '3.13.0rc1', '3.13.0');
});

test('build metadata is not a pre-release', () => {
  assertOrdered('1.2.3-rc.1_build.7', '1.2.3', '1.2.3_build.5', '1.2.3_build.12', '1.2.4');
});

interface Made {
  readonly v: boolean;
  readonly numbers: readonly bigint[];
  readonly pre: readonly (bigint | string)[];
}

/** A slow and plain implementation: BigInt, and one rule after the other. */
function slowly(a: Made, b: Made): number {
  for (let at = 0; at < Math.max(a.numbers.length, b.numbers.length); at++) {
    const [x, y] = [a.numbers[at], b.numbers[at]];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    if (x !== y) return x < y ? -1 : 1;
  }
  if (a.pre.length === 0 || b.pre.length === 0)
    return Math.sign(Number(a.pre.length === 0) - Number(b.pre.length === 0));
  for (let at = 0; at < Math.max(a.pre.length, b.pre.length); at++) {
    const [x, y] = [a.pre[at], b.pre[at]];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    if (x === y) continue;
    if (typeof x !== typeof y) return typeof x === 'bigint' ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return 0;
}

test('agrees with a slow and plain comparison', () => {
  const number = fc.oneof(fc.bigInt(0n, 3n), fc.bigInt(0n, 10n ** 40n));
  const made = fc.record({
    v: fc.boolean(),
    numbers: fc.array(number, { minLength: 2, maxLength: 4 }),
    pre: fc.array(fc.oneof(number, fc.stringMatching(/^[a-c][a-c-]{0,2}$/)), { maxLength: 3 }),
  });
  const tagOf = ({ v, numbers, pre }: Made): string =>
    `${v ? 'v' : ''}${numbers.join('.')}${pre.length > 0 ? `-${pre.join('.')}` : ''}`;
  fc.assert(
    fc.property(made, made, (a, b) => {
      const expected = slowly(a, b);
      const actual = Math.sign(compareVersions(tagOf(a), tagOf(b)));
      if (expected !== 0) assert.equal(actual, expected);
      else assert.equal(actual === 0, tagOf(a) === tagOf(b));
    }),
    { numRuns: 1000 },
  );
});

test('the order of arbitrary tags is antisymmetric and transitive', () => {
  const tag = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,12}$/),
    fc.stringMatching(/^[v0-9a_-][0-9a._-]{0,8}$/),
  );
  fc.assert(
    fc.property(tag, tag, tag, (a, b, c) => {
      assert.equal(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a)), 0);
      assert.equal(compareVersions(a, b) === 0, a === b);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
        assert.ok(compareVersions(a, c) <= 0, [a, b, c].join(' '));
    }),
    { numRuns: 3000 },
  );
});
