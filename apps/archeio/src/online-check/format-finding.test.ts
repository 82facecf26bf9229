import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFinding, formatFindingJson } from './format-finding.ts';

const GOOD = { severity: 'ok', backend: 'cdn', message: 'it is there', hint: '' } as const;
const BAD = { severity: 'error', backend: 'aws', message: 'it is not', hint: 'look' } as const;

test('for people: a line, and one more for what to do', () => {
  assert.equal(formatFinding(GOOD), 'ok       cdn: it is there');
  assert.equal(formatFinding(BAD), 'error    aws: it is not\n         look');
});

test('for programs: one object on a line', () => {
  assert.deepEqual(JSON.parse(formatFindingJson(BAD)), BAD);
  assert.ok(!formatFindingJson({ ...BAD, message: 'two\nlines' }).includes('\n'));
});
