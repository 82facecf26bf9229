import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineReader } from './line-reader.ts';

interface Read {
  readonly lines: (readonly [text: string, number: number, isCut: boolean])[];
  readonly long: number[];
  readonly count: number;
}

function read(chunks: readonly Buffer[], longest?: number): Read {
  const lines: Read['lines'] = [];
  const long: number[] = [];
  const reader = new LineReader(
    {
      line: (text, number, isCut) => void lines.push([text, number, isCut]),
      longLine: (number) => void long.push(number),
    },
    longest,
  );
  for (const chunk of chunks) {
    // The source reuses its buffer.
    const lent = Buffer.from(chunk);
    reader.push(lent);
    lent.fill(0x78);
  }
  reader.end();
  return { lines, long, count: reader.lines };
}

/** All lines of a text at once. */
function twin(text: Buffer, longest: number): Read {
  const all: Buffer[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== 0x0a) continue;
    all.push(text.subarray(start, at));
    start = at + 1;
  }
  const lacksEnd = start < text.length;
  if (lacksEnd) all.push(text.subarray(start));
  const lines: Read['lines'] = [];
  const long: number[] = [];
  for (const [at, line] of all.entries())
    if (line.length > longest) long.push(at + 1);
    else lines.push([line.toString('utf8'), at + 1, lacksEnd && at === all.length - 1]);
  return { lines, long, count: all.length };
}

test('lines do not depend on how the bytes are divided into chunks', () => {
  const piece = fc.oneof(
    fc.constantFrom('\n', '\n\n', 'ä', '🚢', '"', 'a long line that may be too long'),
    fc.string({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(
      fc.array(piece),
      fc.array(fc.nat(40)),
      fc.integer({ min: 1, max: 40 }),
      (pieces, lengths, longest) => {
        const text = Buffer.from(pieces.join(''));
        const chunks: Buffer[] = [];
        let at = 0;
        for (const length of lengths) {
          chunks.push(text.subarray(at, at + length));
          at += length;
        }
        chunks.push(text.subarray(at));
        assert.deepEqual(read(chunks, longest), twin(text, longest));
      },
    ),
    { numRuns: 500 },
  );
});

test('an endless line is one problem, and the next line is read', () => {
  const chunk = Buffer.alloc(1024 * 1024, 0x61);
  const { lines, long } = read([...Array.from({ length: 64 }, () => chunk), Buffer.from('\nb\n')]);
  assert.deepEqual([lines, long], [[['b', 2, false]], [1]]);
});
