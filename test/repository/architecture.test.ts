import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../tools/source-files.ts';

const DOCUMENT = 'docs/internals/architecture.md';
const text = readFileSync(join(ROOT, DOCUMENT), 'utf8');

test(`every path that ${DOCUMENT} names exists`, () => {
  const named = [...text.matchAll(/`((?:apps|packages|test|docs|bench|tools)\/[^`*]+)`/g)];
  assert.ok(named.length > 40);
  assert.deepEqual(
    named.map(([, path = '']) => path).filter((path) => !existsSync(join(ROOT, path))),
    [],
  );
});

/** The names in the first column of a section's table. */
function rowsOf(heading: string): ReadonlySet<string | undefined> {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return new Set([...section.matchAll(/^\| `([^`/]+)` +\|/gm)].map(([, name]) => name));
}

for (const [heading, folder] of [
  ['Packages', 'packages'],
  ['The app', 'apps/archeio/src'],
] as const)
  test(`${DOCUMENT} lists every folder of ${folder}`, () => {
    const rows = rowsOf(heading);
    const folders = readdirSync(join(ROOT, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    assert.deepEqual(
      folders.filter((name) => !rows.has(name)),
      [],
    );
  });
