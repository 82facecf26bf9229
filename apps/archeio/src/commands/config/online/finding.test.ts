import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFinding } from './finding.ts';

const GOOD = { severity: 'ok', backend: 'cdn', message: 'it is there', hint: '' } as const;
const BAD = { severity: 'error', backend: 'aws', message: 'it is not', hint: 'look' } as const;

test('as text: one line, and a second one with what to do', () => {
  assert.equal(formatFinding(GOOD), 'ok       cdn: it is there');
  assert.equal(formatFinding(BAD), 'error    aws: it is not\n         look');
});
