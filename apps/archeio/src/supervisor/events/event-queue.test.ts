import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventQueue, linesIn } from './event-queue.ts';

test('lines that do not fit are refused, others come out in order', () => {
  const queue = new EventQueue(10);
  assert.equal(queue.next(), undefined);
  assert.equal(queue.written(5), 0);
  assert.equal(queue.events, 0);
  assert.ok(queue.add({ lines: 'a\nb\n', events: 2 }));
  assert.ok(!queue.add({ lines: 'ccccccc\n', events: 1 }));
  assert.ok(queue.add({ lines: 'ääc\n', events: 1 }));
  assert.equal(queue.events, 3);
  assert.ok(!queue.isEmpty);
  assert.equal(String(queue.next()), String(Buffer.from('a\nb\n')));
});

test('a line of which a part is written is forgotten only as a whole', () => {
  const queue = new EventQueue(100);
  queue.add({ lines: 'one\ntwo\n', events: 2 });
  queue.add({ lines: 'three\n', events: 1 });
  assert.equal(queue.dropCutLine(), false);
  assert.equal(queue.written(4), 1);
  assert.equal(queue.dropCutLine(), false, 'the next line is whole');
  assert.equal(queue.written(2), 0);
  assert.equal(queue.events, 2);
  assert.equal(queue.dropCutLine(), true);
  assert.equal(Buffer.from(queue.next() ?? []).toString(), 'three\n');
  assert.equal(queue.written(3), 0);
  const { bytes, events } = queue.take();
  assert.deepEqual([Buffer.from(bytes).toString(), events], ['ee\n', 1]);
  assert.ok(queue.isEmpty);
  queue.add({ lines: 'x\n', events: 1 });
  queue.clear();
  assert.ok(queue.isEmpty && queue.add({ lines: `${'x'.repeat(99)}\n`, events: 1 }));
});

test('however it is written, every line comes out once, and is counted once', () => {
  const line = fc
    .string({ unit: 'grapheme', maxLength: 8 })
    .map((text) => text.replaceAll('\n', ' '));
  fc.assert(
    fc.property(
      fc.array(fc.array(line, { minLength: 1, maxLength: 5 }), { maxLength: 8 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 20 })),
      (batches, sizes) => {
        const queue = new EventQueue(1e6);
        const texts = batches.map((lines) => lines.map((each) => `${each}\n`).join(''));
        for (const [at, lines] of batches.entries())
          assert.ok(queue.add({ lines: texts[at], events: lines.length }));
        const all = batches.flat().length;
        const out: Uint8Array[] = [];
        let counted = 0;
        for (let next = queue.next(); next !== undefined; next = queue.next()) {
          const bytes = Math.min(sizes.next().value ?? 1, next.length);
          out.push(next.slice(0, bytes));
          counted += queue.written(bytes);
          assert.equal(queue.events, all - counted);
        }
        assert.equal(counted, all);
        assert.equal(Buffer.concat(out).toString(), texts.join(''));
        assert.equal(linesIn(Buffer.concat(out)), all);
      },
    ),
  );
});
