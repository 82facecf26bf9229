import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { suite, test } from 'node:test';
import { AddressFamilies, FIRST_ATTEMPT } from './address-families.ts';
import { DEFAULTS, tryParseDuration } from '@archeio/configuration';

const six = (last: number): LookupAddress => ({ address: `2001:db8::${last}`, family: 6 });
const four = (last: number): LookupAddress => ({ address: `192.0.2.${last}`, family: 4 });

/** What is tried of a name that has these addresses, in that order. */
function tried(families: AddressFamilies, name: string): unknown {
  let found: unknown;
  families.optionsFor(name).lookup(name, { all: true }, (error, addresses) => {
    found = error?.message ?? addresses;
  });
  return found;
}

void suite('address families', () => {
  const mixed = [six(1), six(2), four(1), four(2)];
  const resolving = (addresses: LookupAddress[]): AddressFamilies =>
    new AddressFamilies((_name, _options, done) => done(null, addresses));

  void test('the first attempt leaves most of the budget to the second', () => {
    const { autoSelectFamilyAttemptTimeout } = resolving(mixed).optionsFor('new.test');
    assert.equal(autoSelectFamilyAttemptTimeout, FIRST_ATTEMPT);
    assert.ok(FIRST_ATTEMPT * 3 <= (tryParseDuration(DEFAULTS.presence.budget) ?? 0));
  });

  void test('of a name that was not reached, one address of each family is tried', () => {
    assert.deepEqual(tried(resolving(mixed), 'new.test'), [six(1), four(1)]);
    assert.deepEqual(tried(resolving([four(1), four(2), six(1)]), 'new.test'), [four(1), six(1)]);
    assert.deepEqual(tried(resolving([four(1), six(1)]), 'new.test'), [four(1), six(1)]);
  });

  void test('of a name with one family two addresses are tried, so that a distant one has time', () => {
    assert.deepEqual(tried(resolving([four(1), four(2), four(3)]), 'new.test'), [four(1), four(2)]);
    assert.deepEqual(tried(resolving([four(1)]), 'new.test'), [four(1)]);
  });

  void test('the family that answered comes first, with the time of the runtime, until it fails', () => {
    const families = resolving(mixed);
    families.reached('a.test', '192.0.2.1');
    assert.deepEqual(tried(families, 'a.test'), [four(1), four(2), six(1), six(2)]);
    assert.equal(families.optionsFor('a.test').autoSelectFamilyAttemptTimeout, undefined);
    assert.deepEqual(tried(families, 'b.test'), [six(1), four(1)]);
    families.reached('a.test', '2001:db8::1');
    assert.deepEqual(tried(families, 'a.test'), [six(1), six(2), four(1), four(2)]);
    families.failed('a.test');
    assert.deepEqual(tried(families, 'a.test'), [six(1), four(1)]);
  });

  void test('a failed look-up and a single address pass unchanged', () => {
    const failing = new AddressFamilies((_name, _options, done) =>
      done(new Error('ENOTFOUND'), ''),
    );
    assert.equal(tried(failing, 'a.test'), 'ENOTFOUND');
    const single = new AddressFamilies((_name, _options, done) => done(null, '192.0.2.1', 4));
    assert.equal(tried(single, 'a.test'), '192.0.2.1');
  });

  void test('the names that are remembered are bounded', () => {
    const families = resolving(mixed);
    for (let at = 0; at < 4097; at++) families.reached(`${at}.test`, '192.0.2.1');
    assert.equal(families.optionsFor('0.test').autoSelectFamilyAttemptTimeout, FIRST_ATTEMPT);
    assert.equal(families.optionsFor('4096.test').autoSelectFamilyAttemptTimeout, undefined);
  });
});
