import assert from 'node:assert/strict';
import type { Outcome } from '../parts/command.ts';

/** One clear line, and nothing that looks like a stack trace. */
export function isOneClearLine({ stdout, stderr }: Outcome): void {
  assert.equal(stdout, '');
  assert.match(stderr, /^archeio: [^\n]+\n$/);
}
