import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseTraceParent, type TraceParent } from './trace-parent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

test('reads the examples of the standard', () => {
  const read = (flags: string) => parseTraceParent(`00-${TRACE}-${SPAN}-${flags}`);
  assert.deepEqual(read('01'), { traceId: TRACE, spanId: SPAN, isSampled: true });
  assert.deepEqual(read('00'), { traceId: TRACE, spanId: SPAN, isSampled: false });
  // Other flags have no meaning yet.
  assert.equal(read('ff')?.isSampled, true);
  assert.equal(read('fe')?.isSampled, false);
});

test('a later version may append fields, and any other deviation belongs to no trace', () => {
  for (const value of [`01-${TRACE}-${SPAN}-01`, `cc-${TRACE}-${SPAN}-01-what-the-future`])
    assert.equal(parseTraceParent(value)?.traceId, TRACE, value);
  assert.equal(parseTraceParent(undefined), undefined);
  for (const value of [
    '',
    `00-${TRACE}-${SPAN}-01-`,
    `00-${TRACE}-${SPAN}-01-more`,
    `01-${TRACE}-${SPAN}-01more`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-1`,
    `0-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}`,
    ` 00-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01\n`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
  ])
    assert.equal(parseTraceParent(value), undefined, value);
});

/** The standard, field by field. */
function slowly(value: string): TraceParent | undefined {
  const [version = '', traceId = '', spanId = '', flags = '', ...more] = value.split('-');
  const isHex = (text: string, length: number): boolean =>
    text.length === length && Array.from(text).every((each) => '0123456789abcdef'.includes(each));
  const isZero = (text: string): boolean => Array.from(text).every((each) => each === '0');
  if (!isHex(version, 2) || version === 'ff' || !isHex(flags, 2)) return undefined;
  if (!isHex(traceId, 32) || isZero(traceId) || !isHex(spanId, 16) || isZero(spanId))
    return undefined;
  if (version === '00' && more.length > 0) return undefined;
  return { traceId, spanId, isSampled: '13579bdf'.includes(flags.charAt(1)) };
}

test('agrees with a reading of field by field', () => {
  const hex = (length: number) =>
    fc.string({
      unit: fc.constantFrom(...Array.from('0123456789abcdef')),
      minLength: length,
      maxLength: length,
    });
  const zeros = (length: number) => fc.constant('0'.repeat(length));
  const value = fc
    .tuple(
      fc.oneof(fc.constantFrom('00', '01', 'ff', '0', 'FF'), hex(2)),
      fc.oneof(hex(32), zeros(32), hex(31)),
      fc.oneof(hex(16), zeros(16), hex(17)),
      fc.oneof(hex(2), hex(1), fc.constant('g0')),
      fc.constantFrom('', '', '', '-', '-a', '-a-b', 'a'),
    )
    .map(
      ([version, traceId, spanId, flags, more]) =>
        `${version}-${traceId}-${spanId}-${flags}${more}`,
    );
  fc.assert(
    fc.property(value, (text) => assert.deepEqual(parseTraceParent(text), slowly(text))),
    { numRuns: 3000 },
  );
});
