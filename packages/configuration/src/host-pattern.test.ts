import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHostPattern } from './host-pattern.ts';

test('hosts, wildcards and ports are read, in lower case', () => {
  for (const [text, pattern] of [
    ['*', '*'],
    ['*.Example.com', '*.example.com'],
    ['registry.example.com', 'registry.example.com'],
    ['registry:5000', 'registry:5000'],
    ['[::1]:5000', '[::1]:5000'],
    ['127.0.0.1', '127.0.0.1'],
    ['Registry.example.com.:', 'registry.example.com'],
    ['registry:0443', 'registry:443'],
    ['2001:DB8:0::1', '[2001:db8::1]'],
    ['[::ffff:10.0.0.1]:5000', '10.0.0.1:5000'],
  ] as const)
    assert.equal(parseHostPattern(text), pattern);
});

test('refuses everything else, and names what was expected', () => {
  for (const text of [
    '',
    'a b',
    'https://a',
    'a.*.b',
    '**',
    '*a',
    'a/',
    '-a',
    'a:x',
    '[a]',
    '[::1',
    '[10.0.0.1]',
    '1::2::3',
  ])
    assert.throws(() => parseHostPattern(text), /cannot read host .* expected "\*"/, text);
});
