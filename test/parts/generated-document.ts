import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../source-files.ts';

/**
 * Holds a document to what a run has found out; with UPDATE_DOCS=1 in the environment it is written instead.
 *
 * @param path below the checkout
 * @throws AssertionError if it says something else
 */
export function checkDocument(path: string, text: string): void {
  const file = join(ROOT, path);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, text);
  assert.equal(
    readFileSync(file, 'utf8'),
    text,
    `${path} is not what this run found out: UPDATE_DOCS=1 npm test writes it`,
  );
}
