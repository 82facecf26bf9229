import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrefix } from '@archeio/netip';
import { TextLine } from './text-line.ts';

function parse(text: string): TextLine[] {
  return TextLine.parse({ text, name: 'list.txt' });
}

test('empty lines and comments are skipped, but counted', () => {
  assert.deepEqual(
    parse('# head\r\n\r\n 1.0.0.0/8 \r\n#x\n2.0.0.0/8').map(({ number, text }) => [number, text]),
    [
      [3, '1.0.0.0/8'],
      [5, '2.0.0.0/8'],
    ],
  );
});

test('a file without a line is refused', () => {
  for (const text of ['', ' \n\n']) {
    assert.throws(() => parse(text), {
      name: 'SyntaxError',
      message: 'cannot read list.txt: the file is empty',
    });
  }
  assert.throws(() => parse('# nothing\n'), {
    message: 'cannot read list.txt: expected at least one prefix',
  });
});

test('an address alone is a prefix of its whole length', () => {
  const [line] = parse('x');
  assert.equal(formatPrefix(line.prefix('192.0.2.1')), '192.0.2.1/32');
  assert.equal(formatPrefix(line.prefix('2001:db8::1')), '2001:db8::1/128');
  assert.equal(formatPrefix(line.prefix('192.0.2.0/24')), '192.0.2.0/24');
});

test('a text that is not a prefix is refused with its line number', () => {
  assert.throws(() => parse('\n1.0.0.0/33')[0].prefix('1.0.0.0/33'), {
    name: 'SyntaxError',
    message:
      'cannot read list.txt: line 2: cannot read prefix "1.0.0.0/33": the length must be 0 to 32',
  });
});

test('regression: a line of megabytes is shortened in the message', () => {
  const [line] = TextLine.parse({ text: '1'.repeat(1_000_000), name: 'x.txt' });
  assert.throws(() => line.prefix(line.text), {
    name: 'SyntaxError',
    message: `cannot read x.txt: line 1: cannot read prefix "${'1'.repeat(100)}"… (1000000 characters): expected address/length, such as 192.0.2.0/24`,
  });
});
