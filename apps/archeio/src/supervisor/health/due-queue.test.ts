import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DueQueue } from './due-queue.ts';

/** The same by linear search. */
class NaiveQueue {
  readonly due: (number | undefined)[];

  constructor(due: readonly number[]) {
    this.due = [...due];
  }

  get first(): number {
    return this.due.reduce<number>((best, each, entry) => {
      if (each === undefined) return best;
      return best < 0 || each < (this.due[best] ?? Infinity) ? entry : best;
    }, -1);
  }
}

test('the first entry is that of a linear search, whatever is set and removed', () => {
  const moment = fc.integer({ min: 0, max: 9 });
  const change = fc.tuple(fc.nat(11), fc.option(moment));
  fc.assert(
    fc.property(
      fc.array(moment, { minLength: 12, maxLength: 12 }),
      fc.array(change, { maxLength: 60 }),
      (due, changes) => {
        const [queue, naive] = [new DueQueue(due), new NaiveQueue(due)];
        for (const [entry, at] of [[0, due[0]] as const, ...changes]) {
          if (at === null) queue.remove(entry);
          else queue.set(entry, at);
          naive.due[entry] = at ?? undefined;
          assert.equal(queue.first, naive.first);
          assert.equal(queue.next, naive.due[naive.first] ?? Infinity);
          assert.equal(queue.dueOf(entry), at ?? Infinity);
        }
      },
    ),
  );
});

test('all entries come out in the order in which they are due', () => {
  const due = Array.from({ length: 1000 }, (_, entry) => (entry * 7919) % 503);
  const queue = new DueQueue(due);
  const order: number[] = [];
  for (let entry = queue.first; entry >= 0; entry = queue.first) {
    order.push(entry);
    queue.remove(entry);
  }
  assert.deepEqual(
    order,
    due.map((_, entry) => entry).toSorted((one, other) => due[one] - due[other] || one - other),
  );
  assert.equal(new DueQueue([]).first, -1);
});
