import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type LentBuffer, MemoryBudget } from './memory-budget.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('the budget is never exceeded, requests are served in order, and an oversized request waits until all is free', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 30 }),
      async (sizes) => {
        const memory = new MemoryBudget(10);
        const lent: { readonly size: number; readonly is: LentBuffer }[] = [];
        const order: number[] = [];
        const all = sizes.map(async (size, at) => {
          const is = await memory.take(size);
          assert.equal(is.buffer.length, size);
          order.push(at);
          lent.push({ size, is });
          const held = lent.map((each) => Math.min(each.size, 10));
          assert.ok(held.reduce((sum, each) => sum + each, 0) <= 10);
        });
        while (order.length < sizes.length) {
          await settled();
          const first = lent.shift();
          first?.is.release();
          first?.is.release();
        }
        await Promise.all(all);
        assert.deepEqual(
          order,
          sizes.map((_, at) => at),
        );
      },
    ),
  );
});

test('buffers are reused, and never shared', async () => {
  const memory = new MemoryBudget(100);
  const [one, two] = [await memory.take(40), await memory.take(40)];
  assert.notEqual(one.buffer, two.buffer);
  one.release();
  const small = await memory.take(10);
  assert.notEqual(small.buffer, one.buffer);
  const again = await memory.take(40);
  assert.equal(again.buffer, one.buffer);
  again.release();
  small.release();
  assert.equal((await memory.take(40)).buffer, one.buffer);
});
