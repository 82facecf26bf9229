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

test(`${DOCUMENT} lists every package and every layer of the app`, () => {
  const rows = new Set([...text.matchAll(/^\| `([^`/]+)` +\|/gm)].map(([, name]) => name));
  const folders = ['packages', 'apps/archeio/src'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name),
  );
  assert.deepEqual(
    folders.filter((name) => !rows.has(name)),
    [],
  );
});
