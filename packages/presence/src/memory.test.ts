import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { PresenceMemory, SECOND_CHANCES } from './memory.ts';

const LIFETIMES = Object.freeze({ presentFor: 20, absentFor: 10, unknownFor: 3 });

function memoryOf(entries: number, words = 2): PresenceMemory {
  return new PresenceMemory({ words, entries, seed: [3, 4], lifetimes: LIFETIMES });
}

function keyOf(number: number): Uint32Array {
  return Uint32Array.of(number, 0);
}

suite('entries', () => {
  const key = keyOf(1);

  test('nothing is known initially', () => {
    const memory = memoryOf(4);
    assert.equal(memory.lookup(0, key, 0), 'unasked');
    assert.equal(memory.sizeOf(0, key, 0), -1);
  });

  test('a present is fresh, then stale until twice that age, then forgotten', () => {
    const memory = memoryOf(4);
    memory.learn(0, key, 'present', 2 ** 53 - 1, 5);
    assert.equal(memory.lookup(0, key, 24), 'present');
    assert.equal(memory.lookup(0, key, 25), 'stale');
    assert.equal(memory.lookup(0, key, 44), 'stale');
    assert.equal(memory.sizeOf(0, key, 44), 2 ** 53 - 1);
    assert.equal(memory.lookup(0, key, 45), 'unasked');
    assert.equal(memory.sizeOf(0, key, 45), -1);
  });

  test('an answer that was given a while ago lives that much shorter', () => {
    const memory = memoryOf(4);
    memory.learn(0, key, 'present', 7, 5, 15);
    assert.equal(memory.lookup(0, key, 9), 'present');
    assert.equal(memory.lookup(0, key, 10), 'stale');
    assert.equal(memory.lookup(0, key, 29), 'stale');
    assert.equal(memory.lookup(0, key, 30), 'unasked');
    memory.learn(0, key, 'absent', -1, 31, 9);
    assert.equal(memory.lookup(0, key, 31), 'absent');
    assert.equal(memory.lookup(0, key, 32), 'unasked');
    memory.learn(0, key, 'present', 7, 2, 1000);
    assert.equal(memory.lookup(0, key, 2), 'unasked', 'however old it is, nothing underflows');
  });

  test('only a definite absence removes a stale present', () => {
    const memory = memoryOf(4);
    memory.learn(0, key, 'present', 7, 0);
    memory.learn(0, key, 'unknown', -1, 30);
    assert.equal(memory.lookup(0, key, 30), 'present');
    assert.equal(memory.sizeOf(0, key, 30), 7);
    memory.learn(0, key, 'absent', -1, 31);
    assert.equal(memory.lookup(0, key, 31), 'absent');
  });

  test('an unknown recheck postpones the next one and keeps the expiry', () => {
    const memory = memoryOf(4);
    memory.learn(0, key, 'present', 7, 0);
    memory.learn(0, key, 'unknown', -1, 30);
    assert.equal(memory.lookup(0, key, 32), 'present');
    assert.equal(memory.lookup(0, key, 33), 'stale');
    memory.learn(0, key, 'unknown', -1, 39);
    assert.equal(memory.lookup(0, key, 39), 'present');
    assert.equal(memory.lookup(0, key, 40), 'unasked');
  });

  test('an unknown never shortens a fresh present nor replaces a live absent', () => {
    const memory = memoryOf(4);
    memory.learn(0, key, 'present', 7, 0);
    memory.learn(0, key, 'unknown', -1, 1);
    assert.equal(memory.lookup(0, key, 19), 'present');
    memory.learn(1, key, 'absent', -1, 0);
    memory.learn(1, key, 'unknown', -1, 9);
    assert.equal(memory.lookup(1, key, 9), 'absent');
    assert.equal(memory.lookup(1, key, 10), 'unasked');
  });

  test('an unknown is remembered briefly, and replaced by any result', () => {
    const memory = memoryOf(4);
    memory.learn(0, key, 'unknown', -1, 0);
    assert.equal(memory.lookup(0, key, 2), 'unknown');
    assert.equal(memory.lookup(0, key, 3), 'unasked');
    memory.learn(0, key, 'unknown', -1, 3);
    memory.learn(0, key, 'unknown', -1, 5);
    assert.equal(memory.lookup(0, key, 7), 'unknown');
    memory.learn(0, key, 'present', 1, 7);
    assert.equal(memory.lookup(0, key, 7), 'present');
  });

  test('an invalid size is not remembered', () => {
    const memory = memoryOf(4);
    for (const size of [-5, Number.NaN]) {
      memory.learn(0, key, 'present', size, 0);
      assert.equal(memory.sizeOf(0, key, 0), -1);
    }
  });

  test('keys are exact: every word and the space count', () => {
    const memory = memoryOf(1, 8);
    const digest = Uint32Array.from({ length: 8 }, (_, index) => 0xfffffff0 + index);
    memory.learn(0xffff, digest, 'present', 1, 0);
    assert.equal(memory.lookup(0xffff, digest, 0), 'present');
    assert.equal(memory.lookup(0xfffe, digest, 0), 'unasked');
    for (let word = 0; word < 8; word++) {
      const other = digest.with(word, digest[word] ^ 1);
      assert.equal(memory.lookup(0xffff, other, 0), 'unasked', `word ${word}`);
    }
  });
});

suite('eviction', () => {
  test('memory never grows past its bound', () => {
    const memory = memoryOf(10);
    for (let number = 0; number < 1000; number++) {
      memory.learn(0, keyOf(number), 'absent', -1, 0);
      assert.ok(memory.entries <= 10);
    }
    assert.equal(memory.entries, 10);
    assert.equal(memory.evictions, 990);
    for (let number = 0; number < 1000; number++) {
      assert.equal(memory.lookup(0, keyOf(number), 0), number < 990 ? 'unasked' : 'absent');
    }
  });

  test('a used entry gets a second chance; the first lookup after insertion does not count as a use', () => {
    const memory = memoryOf(3);
    for (const number of [1, 2, 3]) {
      memory.learn(0, keyOf(number), 'present', 1, 0);
      memory.lookup(0, keyOf(number), 0);
    }
    memory.lookup(0, keyOf(1), 0);
    memory.learn(0, keyOf(4), 'present', 1, 0);
    assert.equal(memory.peek(0, keyOf(1), 0), 'present');
    assert.equal(memory.peek(0, keyOf(2), 0), 'unasked');
    memory.learn(0, keyOf(5), 'present', 1, 0);
    memory.learn(0, keyOf(6), 'present', 1, 0);
    assert.equal(memory.peek(0, keyOf(1), 0), 'unasked');
  });

  test('learning an entry again keeps its use count', () => {
    const memory = memoryOf(2);
    memory.learn(0, keyOf(1), 'present', 1, 0);
    memory.lookup(0, keyOf(1), 0);
    memory.lookup(0, keyOf(1), 0);
    memory.learn(0, keyOf(2), 'present', 1, 0);
    memory.learn(0, keyOf(1), 'present', 1, 0);
    memory.learn(0, keyOf(3), 'present', 1, 0);
    assert.equal(memory.peek(0, keyOf(1), 0), 'present');
    assert.equal(memory.peek(0, keyOf(2), 0), 'unasked');
  });

  test('a popular key survives a flood of keys that are requested once', () => {
    const memory = memoryOf(100);
    const popular = keyOf(1_000_000);
    memory.learn(0, popular, 'present', 1, 0);
    for (let number = 0; number < 10_000; number++) {
      memory.learn(0, keyOf(number), 'absent', -1, 0);
      memory.lookup(0, keyOf(number), 0);
      if (number % 50 === 0) assert.equal(memory.lookup(0, popular, 0), 'present');
    }
  });

  test('an expired entry is removed first, and does not count as evicted', () => {
    const memory = memoryOf(2);
    memory.learn(0, keyOf(1), 'unknown', -1, 0);
    memory.lookup(0, keyOf(1), 0);
    memory.lookup(0, keyOf(1), 0);
    memory.learn(0, keyOf(2), 'present', 1, 0);
    memory.learn(0, keyOf(3), 'present', 1, 5);
    assert.equal(memory.evictions, 0);
    assert.equal(memory.peek(0, keyOf(2), 5), 'present');
  });

  test('an insertion spares a bounded number of used entries', () => {
    const memory = memoryOf(SECOND_CHANCES + 2);
    for (let number = 0; number < SECOND_CHANCES + 2; number++) {
      memory.learn(0, keyOf(number), 'present', 1, 0);
      memory.lookup(0, keyOf(number), 0);
      memory.lookup(0, keyOf(number), 0);
    }
    memory.learn(0, keyOf(99), 'present', 1, 0);
    for (let number = 0; number < SECOND_CHANCES + 2; number++) {
      const expected = number === SECOND_CHANCES ? 'unasked' : 'present';
      assert.equal(memory.peek(0, keyOf(number), 0), expected, `key ${number}`);
    }
  });
});

test('a bound or length that is not a positive integer is refused', () => {
  for (const [words, entries, message] of [
    [8, 0, 'cannot use a memory with entries "0": must be an integer from 1 to 134217728'],
    [8, 1.5, 'cannot use a memory with entries "1.5": must be an integer from 1 to 134217728'],
    [0, 1, 'cannot use a memory with words "0": must be an integer from 1 to 64'],
    [65, 1, 'cannot use a memory with words "65": must be an integer from 1 to 64'],
  ] as const) {
    assert.throws(() => memoryOf(entries, words), { name: 'RangeError', message });
  }
});
