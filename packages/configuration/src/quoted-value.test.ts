import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quotedValue } from './quoted-value.ts';

test('a number or boolean with quotes, and a string without', () => {
  const cases: readonly (readonly [unknown, string, string, string])[] = [
    [
      '1',
      'number',
      'the number 1',
      'expected the number 1, found the string "1": write it without quotes',
    ],
    [
      '-0.5e3',
      'number',
      'a number',
      'expected a number, found the string "-0.5e3": write it without quotes',
    ],
    [
      '8080',
      'int',
      'an integer',
      'expected an integer, found the string "8080": write it without quotes',
    ],
    [
      'true',
      'boolean',
      'true or false',
      'expected true or false, found the string "true": write it without quotes',
    ],
    [
      'Yes',
      'boolean',
      'true or false',
      'expected true or false, found the string "Yes": write true without quotes',
    ],
    [
      'off',
      'boolean',
      'true or false',
      'expected true or false, found the string "off": write false without quotes',
    ],
    [1.5, 'string', 'a string', 'expected a string, found the number 1.5: write it in quotes'],
    [false, 'string', 'a string', 'expected a string, found the boolean false: write it in quotes'],
  ];
  for (const [value, type, expected, message] of cases)
    assert.equal(quotedValue(value, type, expected), message);
});

test('values that are wrong in another way', () => {
  for (const [value, type] of [
    ['many', 'number'],
    ['', 'number'],
    ['1', 'boolean'],
    ['maybe', 'boolean'],
    [1, 'boolean'],
    [true, 'number'],
    [null, 'string'],
    [['1'], 'number'],
  ] as const)
    assert.equal(quotedValue(value, type, 'something else'), undefined);
});
