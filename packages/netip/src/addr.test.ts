import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compareAddr,
  equalAddr,
  isIPv4Mapped,
  makeIPv4,
  makeIPv6,
  nextAddr,
  previousAddr,
  unmapAddr,
} from './addr.ts';
import { parseAddr } from './parse-addr.ts';

test('words are unsigned', () => {
  assert.deepEqual(makeIPv4(-1), { family: 4, w0: 0, w1: 0, w2: 0, w3: 0xffffffff });
  assert.deepEqual(makeIPv6(-1, 1, 2 ** 32 + 5, 0x80000000), {
    family: 6,
    w0: 0xffffffff,
    w1: 1,
    w2: 5,
    w3: 0x80000000,
  });
});

test('addresses are frozen', () => {
  assert.ok(Object.isFrozen(makeIPv4(1)));
  assert.ok(Object.isFrozen(parseAddr('::1')));
});

test('`::ffff:1.2.3.4` is taken for an unknown IPv6 address', () => {
  assert.deepEqual(unmapAddr(parseAddr('::ffff:1.2.3.4')), parseAddr('1.2.3.4'));
  assert.deepEqual(unmapAddr(parseAddr('::ffff:ff00:1')), parseAddr('255.0.0.1'));
});

test('only ::ffff:0:0/96 is IPv4-mapped', () => {
  const others = ['::1.2.3.4', '::fffe:1.2.3.4', '::1:ffff:1.2.3.4', '1::ffff:1.2.3.4', '1.2.3.4'];
  for (const text of [...others, '0:1::ffff:1.2.3.4', '64:ff9b::1.2.3.4']) {
    const addr = parseAddr(text);
    assert.equal(isIPv4Mapped(addr), false, text);
    assert.equal(unmapAddr(addr), addr, text);
  }
});

test('addresses sort by family, then by word as unsigned numbers', () => {
  const ordered = ['0.0.0.0', '127.255.255.255', '128.0.0.0', '::', '::8000:0', '0:0:0:1::'].concat(
    ['0:1::', '7fff::', '8000::', 'ffff::1'],
  );
  const addrs = ordered.map(parseAddr);
  assert.deepEqual(addrs.toReversed().toSorted(compareAddr), addrs);
  assert.equal(compareAddr(parseAddr('::1'), parseAddr('0::1')), 0);
});

test('equality depends on the family', () => {
  assert.ok(equalAddr(parseAddr('::1'), parseAddr('0:0::1')));
  assert.ok(!equalAddr(parseAddr('0.0.0.1'), parseAddr('::1')));
  for (const text of ['::2', '::1:0:1', '0:0:1::1', '1::1']) {
    assert.ok(!equalAddr(parseAddr('::1'), parseAddr(text)), text);
  }
});

test('next and previous carry from word to word and end with the family', () => {
  const pairs = [
    ['1.2.3.4', '1.2.3.5'],
    ['127.255.255.255', '128.0.0.0'],
    ['::ffff:ffff', '::1:0:0'],
    ['::ffff:ffff:ffff:ffff', '0:0:0:1::'],
    ['0:0:ffff:ffff:ffff:ffff:ffff:ffff', '0:1::'],
    ['::1', '::2'],
  ] as const;
  for (const [low, high] of pairs) {
    assert.deepEqual(nextAddr(parseAddr(low)), parseAddr(high));
    assert.deepEqual(previousAddr(parseAddr(high)), parseAddr(low));
  }
  for (const text of ['255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']) {
    assert.equal(nextAddr(parseAddr(text)), undefined);
  }
  for (const text of ['0.0.0.0', '::']) assert.equal(previousAddr(parseAddr(text)), undefined);
  const high = '1:ffff:ffff:ffff:ffff:ffff:ffff:ffff';
  assert.deepEqual(nextAddr(parseAddr('0:ffff:ffff:ffff:ffff:ffff:ffff:ffff')), parseAddr('1::'));
  assert.deepEqual(previousAddr(parseAddr('2::')), parseAddr(high));
  assert.deepEqual(nextAddr(parseAddr(high)), parseAddr('2::'));
});
