import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { relayLines } from './relay-lines.ts';

test('lines are passed on whole, however they arrive', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom('a', 'ä', '日', '\n'), maxLength: 40 }),
      fc.integer({ min: 1, max: 7 }),
      async (text, size) => {
        const from = new PassThrough();
        const lines: string[] = [];
        relayLines(from, (line) => lines.push(line));
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length; at += size) from.write(bytes.subarray(at, at + size));
        const closed = new Promise((resolve) => from.once('close', resolve));
        from.end();
        await closed;
        for (const line of lines) assert.match(line, /^[^\n]*\n$/);
        const ended = text === '' || text.endsWith('\n') ? text : `${text}\n`;
        assert.equal(lines.join(''), ended);
      },
    ),
    { numRuns: 50 },
  );
});

test('an end by a fault is the end', () => {
  const from = new PassThrough();
  const lines: string[] = [];
  relayLines(from, (line) => lines.push(line));
  from.emit('error', new Error('gone'));
  assert.deepEqual(lines, []);
});
