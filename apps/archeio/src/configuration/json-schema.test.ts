import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DESCRIPTIONS } from './descriptions.ts';
import { branchesOf, configurationJsonSchema } from './json-schema.ts';
import type { SchemaNode } from './schema-node.ts';

const DOCS = join(import.meta.dirname, '../../../../docs/reference');

/** A default as it is written; nothing for a map whose keys have their own. */
function shown(value: unknown): string {
  if (value === undefined || JSON.stringify(value) === '{}') return '';
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
}

/** Every key of the schema, with its default. */
function keysOf(node: SchemaNode, key = '', keys = new Map<string, string>()): Map<string, string> {
  if (key !== '') keys.set(key, keys.get(key) || shown(node.default));
  for (const { properties = {}, items, additionalProperties } of branchesOf(node)) {
    for (const [name, child] of Object.entries(properties))
      if (typeof child === 'object') keysOf(child, key === '' ? name : `${key}.${name}`, keys);
    if (typeof items === 'object' && !Array.isArray(items)) keysOf(items, `${key}[]`, keys);
    if (typeof additionalProperties === 'object') keysOf(additionalProperties, `${key}.*`, keys);
  }
  return keys;
}

const keys = keysOf(configurationJsonSchema());

test('every key is described, and nothing else is', () => {
  assert.deepEqual([...DESCRIPTIONS.keys()].toSorted(), [...keys.keys()].toSorted());
});

test('docs/reference/configuration.schema.json is the schema: archeio config schema writes it', () => {
  const written: unknown = JSON.parse(
    readFileSync(join(DOCS, 'configuration.schema.json'), 'utf8'),
  );
  assert.deepEqual(written, JSON.parse(JSON.stringify(configurationJsonSchema())));
});

test('docs/reference/configuration.md has a row for every key, with its default', () => {
  const rows = new Map(
    readFileSync(join(DOCS, 'configuration.md'), 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, key, type, value] = /^\| `([^`]+)` +\| ([^|]+) \| ([^|]*) \|/.exec(line) ?? [];
        return key === undefined || type === undefined ? [] : [[key, value?.trim() ?? '']];
      }),
  );
  // A list's or map's entries are explained with the list, unless they have keys.
  const wanted = [...keys].filter(([key]) => !key.endsWith('[]') && !key.endsWith('*'));
  assert.deepEqual([...rows.keys()].toSorted(), wanted.map(([key]) => key).toSorted());
  for (const [key, value] of wanted) assert.equal(rows.get(key)?.replaceAll('`', ''), value, key);
});
