import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Outbox, UNREAD, WAITING, type Worth } from './outbox.ts';

interface Message {
  readonly worth: Worth;
  readonly number: number;
}

function outbox() {
  const sent: Message[] = [];
  const box = new Outbox<Message>(
    (message) => sent.push(message),
    ({ worth }) => worth,
  );
  let posted = 0;
  const post = (worth: Worth, count = 1): void => {
    for (let at = 0; at < count; at++) box.post({ worth, number: posted++ });
  };
  return { box, sent, post, numbers: () => sent.map(({ number }) => number) };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

describe('messages to a process that reads', () => {
  test('are sent at once and in order, however many there are', () => {
    const { box, post, numbers } = outbox();
    for (let at = 0; at < 20; at++) {
      post('drop', UNREAD / 2);
      box.read(((at + 1) * UNREAD) / 2);
    }
    assert.deepEqual(numbers(), upTo(10 * UNREAD));
    assert.deepEqual([box.waiting, box.dropped], [0, 0]);
  });
});

describe('messages to a process that does not read', () => {
  test('are bounded: the oldest droppable ones are dropped and counted', () => {
    const { box, post, sent, numbers } = outbox();
    post('drop', UNREAD + WAITING);
    assert.deepEqual([sent.length, box.waiting, box.dropped], [UNREAD, WAITING, 0]);
    post('drop', 100_000);
    assert.deepEqual([sent.length, box.waiting, box.dropped], [UNREAD, WAITING, 100_000]);
    box.read(UNREAD);
    assert.deepEqual(
      numbers().slice(UNREAD),
      upTo(UNREAD + WAITING + 100_000).slice(-WAITING),
      'the latest are sent once it reads again',
    );
    assert.equal(box.waiting, 0);
  });

  test('are never dropped if they must arrive, and keep their place', () => {
    const { box, post, numbers } = outbox();
    post('drop', UNREAD);
    post('keep');
    post('drop', WAITING + 5);
    post('keep');
    box.read(UNREAD);
    box.read(2 * UNREAD);
    const later = numbers().slice(UNREAD);
    assert.equal(later[0], UNREAD);
    assert.equal(later.at(-1), UNREAD + WAITING + 6);
    assert.equal(later.length, WAITING + 2);
    assert.equal(box.dropped, 5);
  });

  test('are replaced by later ones of the same kind', () => {
    const { box, post, sent } = outbox();
    post('drop', UNREAD);
    for (let at = 0; at < 50_000; at++) {
      post({ latest: 'one' });
      post({ latest: 'other' });
    }
    assert.equal(box.waiting, 2);
    box.read(UNREAD);
    assert.deepEqual(
      sent.slice(UNREAD).map(({ worth, number }) => [worth, number]),
      [
        [{ latest: 'one' }, UNREAD + 99_998],
        [{ latest: 'other' }, UNREAD + 99_999],
      ],
    );
    assert.equal(box.dropped, 0);
  });

  test('wait until it has read some of the earlier ones', () => {
    const { box, post, sent } = outbox();
    post('keep', UNREAD + 10);
    box.read(0);
    assert.equal(sent.length, UNREAD);
    box.read(3);
    assert.equal(sent.length, UNREAD + 3);
    // A late answer reports less than is known.
    box.read(1);
    assert.equal(sent.length, UNREAD + 3);
    box.read(10);
    assert.deepEqual([sent.length, box.waiting], [UNREAD + 10, 0]);
  });
});

test('for any sequence of messages and reads: bounded, in order, and sent or counted', () => {
  const worth = fc.constantFrom<Worth>('drop', 'drop', { latest: 'a' }, { latest: 'b' });
  const step = fc.oneof(fc.record({ worth, count: fc.nat(900) }), fc.record({ read: fc.nat(900) }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { box, sent, post, numbers } = outbox();
      let read = 0;
      for (const each of steps) {
        if ('worth' in each) post(each.worth, each.count);
        else box.read((read = Math.min(sent.length, read + each.read)));
        assert.ok(sent.length - read <= UNREAD);
        assert.ok(box.waiting <= WAITING + 2);
      }
      const drops = numbers().filter((_, at) => sent[at].worth === 'drop');
      assert.deepEqual(
        drops,
        drops.toSorted((a, b) => a - b),
      );
      assert.equal(new Set(numbers()).size, sent.length);
    }),
    { numRuns: 60 },
  );
});
