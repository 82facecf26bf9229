import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DESCRIPTIONS } from './descriptions.ts';
import { branchesOf, configurationJsonSchema, type SchemaNode } from './json-schema.ts';

const DOCS = join(import.meta.dirname, '../../../docs/reference');

/** Every key of the schema. */
function keysOf(node: SchemaNode, key = '', keys = new Set<string>()): ReadonlySet<string> {
  if (key !== '') keys.add(key);
  for (const { properties = {}, items, additionalProperties } of branchesOf(node)) {
    for (const [name, child] of Object.entries(properties))
      if (typeof child === 'object') keysOf(child, key === '' ? name : `${key}.${name}`, keys);
    if (typeof items === 'object' && !Array.isArray(items)) keysOf(items, `${key}[]`, keys);
    if (typeof additionalProperties === 'object') keysOf(additionalProperties, `${key}.*`, keys);
  }
  return keys;
}

const keys = keysOf(configurationJsonSchema());

test('every key has a description, and every description has a key', () => {
  assert.deepEqual([...DESCRIPTIONS.keys()].toSorted(), [...keys].toSorted());
});

test('docs/reference/configuration.schema.json is the schema: archeio config schema writes it', () => {
  const written: unknown = JSON.parse(
    readFileSync(join(DOCS, 'configuration.schema.json'), 'utf8'),
  );
  assert.deepEqual(written, JSON.parse(JSON.stringify(configurationJsonSchema())));
});
