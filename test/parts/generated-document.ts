import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/source-files.ts';

/**
 * Asserts that a document matches the results of a run; with UPDATE_DOCS=1 in the environment, writes it instead.
 *
 * @param path below the checkout
 * @throws AssertionError if it differs
 */
export function checkDocument(path: string, text: string): void {
  const file = join(ROOT, path);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, text);
  assertSays(path, readFileSync(file, 'utf8'), text);
}

/**
 * The same for one section of a document: the one under a heading of the second level, or the text before the first
 * such heading.
 */
export function checkPart(path: string, text: string): void {
  const file = join(ROOT, path);
  const parts = readFileSync(file, 'utf8')
    .split(/^(?=## )/m)
    .map((part) => part.trimEnd());
  const headingOf = (part: string): string => part.split('\n', 1)[0];
  const found = parts.findIndex((part) => headingOf(part) === headingOf(text));
  if (process.env['UPDATE_DOCS'] === '1') {
    parts.splice(found === -1 ? parts.length : found, 1, text.trimEnd());
    writeFileSync(file, `${parts.join('\n\n')}\n`);
  } else {
    assertSays(path, parts[found], text.trimEnd());
  }
}

function assertSays(path: string, said: string | undefined, found: string): void {
  assert.equal(
    said,
    found,
    `${path} differs from the results of this run: UPDATE_DOCS=1 npm test updates it`,
  );
}
